package vault

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const maxDepth = 64 // bbolt trees of 2^64 keys are flatter

// tree checks the page id and everything below it. Root says that the leaves
// hold buckets, which are trees themselves.
func (c *checker) tree(id uint64, root bool, depth int) error {
	p, flags, count, err := c.page(id, flagBranch|flagLeaf)
	if err != nil {
		return err
	}
	if depth > maxDepth {
		return fmt.Errorf("page %d: deeper than %d levels", id, maxDepth)
	}
	if flags == flagLeaf {
		err = c.leaf(p, count, root)
	} else {
		err = c.branch(p, count, root, depth)
	}
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

func (c *checker) branch(p []byte, count int, root bool, depth int) error {
	if count == 0 {
		return fmt.Errorf("a branch without children")
	}
	n := binary.NativeEndian
	var last []byte
	for i := range count {
		at := pageHeader + i*elementSize
		if at+elementSize > len(p) {
			return fmt.Errorf("element %d of %d: beyond the page", i, count)
		}
		key, err := span(p, at, n.Uint32(p[at:]), n.Uint32(p[at+4:]), 0)
		if err == nil && i > 0 && bytes.Compare(last, key) >= 0 {
			err = fmt.Errorf("out of order")
		}
		if err != nil {
			return fmt.Errorf("element %d of %d: %w", i, count, err)
		}
		last = key
		if err := c.tree(n.Uint64(p[at+8:]), root, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) leaf(p []byte, count int, root bool) error {
	n := binary.NativeEndian
	var last []byte
	for i := range count {
		at := pageHeader + i*elementSize
		if at+elementSize > len(p) {
			return fmt.Errorf("element %d of %d: beyond the page", i, count)
		}
		flags, ksize, vsize := n.Uint32(p[at:]), n.Uint32(p[at+8:]), n.Uint32(p[at+12:])
		key, err := span(p, at, n.Uint32(p[at+4:]), ksize, vsize)
		switch {
		case err != nil:
		case i > 0 && bytes.Compare(last, key) >= 0:
			err = fmt.Errorf("out of order")
		case root && flags != leafBucket, !root && flags != 0:
			err = fmt.Errorf("flags %#x", flags)
		case root:
			err = c.bucket(key[len(key) : len(key)+int(vsize)])
		}
		if err != nil {
			return fmt.Errorf("element %d of %d: %w", i, count, err)
		}
		last = key
	}
	return nil
}

// bucket checks a bucket's header: root page and sequence, both u64. Root 0
// means that its only page follows inline.
func (c *checker) bucket(v []byte) error {
	if len(v) < 16 {
		return fmt.Errorf("bucket header of %d bytes", len(v))
	}
	n := binary.NativeEndian
	if id := n.Uint64(v); id != 0 {
		return c.tree(id, false, 0)
	}
	p := v[16:]
	if len(p) < pageHeader {
		return fmt.Errorf("inline bucket of %d bytes", len(v))
	}
	if flags := n.Uint16(p[8:]); flags != flagLeaf {
		return fmt.Errorf("inline bucket with flags %#x", flags)
	}
	return c.leaf(p, int(n.Uint16(p[10:])), false)
}

// freelist checks that every free page is one, and that the rest is used.
func (c *checker) freelist(id uint64) error {
	p, _, count, err := c.page(id, flagFree)
	if err != nil {
		return fmt.Errorf("free list: %w", err)
	}
	n := binary.NativeEndian
	ids := p[pageHeader:]
	total := uint64(count)
	if count == 0xFFFF { // the count does not fit: it is the first element
		total, ids = n.Uint64(ids), ids[8:]
	}
	if total > uint64(len(ids))/8 {
		return fmt.Errorf("free list: %d pages do not fit it", total)
	}
	for i := range total {
		free := n.Uint64(ids[8*i:])
		if free < 2 {
			return fmt.Errorf("free list: page %d cannot be free", free)
		}
		if err := c.visit(free, 0); err != nil {
			return fmt.Errorf("free list: %w", err)
		}
	}
	return nil
}

// span returns the key at an element's offset; the value follows it.
func span(p []byte, element int, pos, ksize, vsize uint32) ([]byte, error) {
	from := uint64(element) + uint64(pos)
	end := from + uint64(ksize) + uint64(vsize)
	if end > uint64(len(p)) {
		return nil, fmt.Errorf("bytes %d to %d of %d", from, end, len(p))
	}
	return p[from : from+uint64(ksize)], nil
}
