package vault

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

const (
	maxDepth = 64       // bbolt trees of 2^64 keys are flatter
	atOnce   = 1 << 20  // bytes read at once where pages lie close
	nearby   = 64 << 10 // bytes between pages that do
)

// A spot is a page of a tree. Root says that the leaves below it hold buckets,
// which are trees themselves.
type spot struct {
	id   uint64
	root bool
}

// trees checks the page id, which is the root of the tree of buckets, and
// everything below it.
func (c *checker) trees(id uint64) error {
	level := []spot{{id, true}}
	for depth := 0; len(level) > 0; depth++ {
		if depth > 2*maxDepth { // of the buckets, then of one
			return fmt.Errorf("page %d: deeper than %d levels", level[0].id, depth)
		}
		slices.SortFunc(level, func(a, b spot) int { return cmp.Compare(a.id, b.id) })
		var below []spot
		for i, at := range level {
			var err error
			if below, err = c.node(at, c.ahead(level[i:]), below); err != nil {
				return err
			}
		}
		level = below
	}
	return nil
}

// ahead is how many bytes to read at the first of some places, so that those
// that follow closely come with it.
func (c *checker) ahead(level []spot) uint64 {
	first, last := level[0].id*c.pageSize, level[0].id*c.pageSize
	for _, next := range level[1:] {
		at := next.id * c.pageSize
		if at > first+atOnce || at > last+nearby {
			break
		}
		last = at
	}
	return last - first + c.pageSize
}

// node checks one page of a tree and appends the pages below it.
func (c *checker) node(at spot, ahead uint64, below []spot) ([]spot, error) {
	s, err := c.page(at.id, flagBranch|flagLeaf, ahead)
	if err != nil {
		return below, err
	}
	check := c.leaf
	if s.flags != flagLeaf {
		check = c.branch
	}
	if below, err = check(&s, at.root, below); err != nil {
		return below, fmt.Errorf("page %d: %w", at.id, err)
	}
	return below, nil
}

func (c *checker) branch(s *sheet, root bool, below []spot) ([]spot, error) {
	if s.count == 0 {
		return below, errors.New("a branch without children")
	}
	if err := c.need(s, s.size); err != nil {
		return below, err
	}
	n := binary.NativeEndian
	var last []byte
	for i := range s.count {
		at := pageHeader + i*elementSize
		if at+elementSize > len(s.head) {
			return below, fmt.Errorf("element %d of %d: beyond the page", i, s.count)
		}
		key, err := span(s.head, s.size, at, n.Uint32(s.head[at:]), n.Uint32(s.head[at+4:]), 0)
		if err == nil && i > 0 && bytes.Compare(last, key) >= 0 {
			err = errors.New("out of order")
		}
		if err != nil {
			return below, fmt.Errorf("element %d of %d: %w", i, s.count, err)
		}
		last = key
		below = append(below, spot{n.Uint64(s.head[at+8:]), root})
	}
	return below, nil
}

// leaf checks the elements of a leaf. Of one that holds no buckets the values
// are not read.
func (c *checker) leaf(s *sheet, root bool, below []spot) ([]spot, error) {
	whole := s.size
	if !root {
		whole = pageHeader + uint64(s.count)*elementSize
	}
	if err := c.need(s, whole); err != nil {
		return below, err
	}
	if !root {
		if err := c.need(s, keysEnd(s)); err != nil {
			return below, err
		}
	}
	return c.elements(s.head, s.size, s.count, root, below)
}

// keysEnd is where the last key of a leaf ends.
func keysEnd(s *sheet) (end uint64) {
	n := binary.NativeEndian
	for i := range s.count {
		at := pageHeader + i*elementSize
		if at+elementSize > len(s.head) {
			break
		}
		end = max(end, uint64(at)+uint64(n.Uint32(s.head[at+4:]))+uint64(n.Uint32(s.head[at+8:])))
	}
	return end
}

// elements checks the elements of a leaf of size bytes that begins with p.
func (c *checker) elements(p []byte, size uint64, count int, root bool, below []spot) ([]spot, error) {
	n := binary.NativeEndian
	var last []byte
	for i := range count {
		at := pageHeader + i*elementSize
		if at+elementSize > len(p) {
			return below, fmt.Errorf("element %d of %d: beyond the page", i, count)
		}
		flags, ksize, vsize := n.Uint32(p[at:]), n.Uint32(p[at+8:]), n.Uint32(p[at+12:])
		key, err := span(p, size, at, n.Uint32(p[at+4:]), ksize, vsize)
		switch {
		case err != nil:
		case i > 0 && bytes.Compare(last, key) >= 0:
			err = errors.New("out of order")
		case root && flags != leafBucket, !root && flags != 0:
			err = fmt.Errorf("flags %#x", flags)
		case root:
			below, err = c.bucket(key[len(key):len(key)+int(vsize)], below)
		}
		if err != nil {
			return below, fmt.Errorf("element %d of %d: %w", i, count, err)
		}
		last = key
	}
	return below, nil
}

// bucket checks a bucket's header: root page and sequence, both u64. Root 0
// means that its only page follows inline.
func (c *checker) bucket(v []byte, below []spot) ([]spot, error) {
	if len(v) < 16 {
		return below, fmt.Errorf("bucket header of %d bytes", len(v))
	}
	n := binary.NativeEndian
	if id := n.Uint64(v); id != 0 {
		return append(below, spot{id, false}), nil
	}
	p := v[16:]
	if len(p) < pageHeader {
		return below, fmt.Errorf("inline bucket of %d bytes", len(v))
	}
	if flags := n.Uint16(p[8:]); flags != flagLeaf {
		return below, fmt.Errorf("inline bucket with flags %#x", flags)
	}
	return c.elements(p, uint64(len(p)), int(n.Uint16(p[10:])), false, below)
}

// freelist checks that every free page is one, and that the rest is used.
func (c *checker) freelist(id uint64) error {
	s, err := c.page(id, flagFree, 0)
	if err == nil {
		err = c.need(&s, s.size)
	}
	if err != nil {
		return fmt.Errorf("free list: %w", err)
	}
	n := binary.NativeEndian
	ids := s.head[pageHeader:]
	total := uint64(s.count)
	if s.count == 0xFFFF { // the count does not fit: it is the first element
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

// span returns the key at an element's offset in a page of size bytes that
// begins with p; the value follows it.
func span(p []byte, size uint64, element int, pos, ksize, vsize uint32) ([]byte, error) {
	from := uint64(element) + uint64(pos)
	end := from + uint64(ksize) + uint64(vsize)
	if end > size || from+uint64(ksize) > uint64(len(p)) {
		return nil, fmt.Errorf("bytes %d to %d of %d", from, end, size)
	}
	return p[from : from+uint64(ksize)], nil
}
