package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The format of a bbolt file, version 2, in the machine's own byte order.
const (
	pageHeader  = 16 // id u64, flags u16, count u16, overflow u32
	elementSize = 16 // branch: pos, ksize u32, pgid u64; leaf: flags, pos, ksize, vsize u32
	metaMagic   = 0xED0CDAED
	metaVersion = 2
	flagBranch  = 0x01
	flagLeaf    = 0x02
	flagFree    = 0x10
	leafBucket  = 0x01
	noFreelist  = ^uint64(0)
)

// checker walks the pages of a bbolt file by reading it, never by mapping it,
// so that nothing in a damaged file can fault, loop or panic. bbolt's own
// check does all three on some files.
//
// It goes level by level and reads each level in the order of the file, many
// pages at once where they lie close: a file that nobody has read since the power
// came is then read at the speed of the disk.
type checker struct {
	file     io.ReaderAt
	pageSize uint64
	pages    uint64 // pages in use, the high-water mark
	seen     []byte // one bit for each page
	window   []byte // of the file
	at       uint64 // its first byte's place in the file
}

// check reads the file's structure: every page that is reachable, once, and
// the free list. It returns ErrDamaged and the first fault. Values are not
// read; what is sealed proves itself.
func check(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := checkFile(file, uint64(info.Size())); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

type meta struct {
	pageSize, root, freelist, pages, txid uint64
}

func checkFile(file io.ReaderAt, size uint64) error {
	m, err := newestMeta(file)
	if err != nil {
		return err
	}
	if m.pages < 4 || m.pages > size/m.pageSize {
		return fmt.Errorf("%d pages of %d bytes in a file of %d bytes", m.pages, m.pageSize, size)
	}
	c := &checker{file: file, pageSize: m.pageSize, pages: m.pages, seen: make([]byte, m.pages/8+1)}
	c.visit(0, 0)
	c.visit(1, 0)
	if err := c.trees(m.root); err != nil {
		return err
	}
	if m.freelist == noFreelist {
		return nil
	}
	return c.freelist(m.freelist)
}

// newestMeta returns the meta page that bbolt will use.
func newestMeta(file io.ReaderAt) (meta, error) {
	first, err1 := readMeta(file, 0)
	at := uint64(os.Getpagesize())
	if err1 == nil {
		at = first.pageSize
	}
	second, err2 := readMeta(file, at)
	switch {
	case err1 != nil && err2 != nil:
		return meta{}, fmt.Errorf("both meta pages: %w", err1)
	case err1 != nil || (err2 == nil && second.txid > first.txid):
		return second, nil
	}
	return first, nil
}

func readMeta(file io.ReaderAt, at uint64) (meta, error) {
	p := make([]byte, pageHeader+64)
	if _, err := file.ReadAt(p, int64(at)); err != nil {
		return meta{}, fmt.Errorf("meta page at %d: %w", at, err)
	}
	b, n := p[pageHeader:], binary.NativeEndian
	sum := fnv.New64a()
	sum.Write(b[:56])
	if n.Uint32(b) != metaMagic || n.Uint32(b[4:]) != metaVersion || n.Uint64(b[56:]) != sum.Sum64() {
		return meta{}, fmt.Errorf("meta page at %d: bad magic, version or checksum", at)
	}
	m := meta{uint64(n.Uint32(b[8:])), n.Uint64(b[16:]), n.Uint64(b[32:]), n.Uint64(b[40:]), n.Uint64(b[48:])}
	if m.pageSize < 1024 || m.pageSize > 64<<10 || m.pageSize&(m.pageSize-1) != 0 {
		return meta{}, fmt.Errorf("meta page at %d: page size %d", at, m.pageSize)
	}
	return m, nil
}

// visit claims a page and its overflow; each page has one owner.
func (c *checker) visit(id, overflow uint64) error {
	if id >= c.pages || overflow >= c.pages-id {
		return fmt.Errorf("page %d+%d: beyond the last page %d", id, overflow, c.pages-1)
	}
	for i := id; i <= id+overflow; i++ {
		if c.seen[i/8]&(1<<(i%8)) != 0 {
			return fmt.Errorf("page %d: used twice", i)
		}
		c.seen[i/8] |= 1 << (i % 8)
	}
	return nil
}

// A sheet is a page with its overflow, of which what matters is in memory.
type sheet struct {
	id    uint64
	flags uint16
	count int
	size  uint64 // bytes, the overflow with it
	head  []byte // the first of them, a page at least
}

// page reads and claims page id, which must have one of the flags wanted. Ahead
// is how many bytes from there are wanted soon.
func (c *checker) page(id uint64, want uint16, ahead uint64) (sheet, error) {
	if id < 2 || id >= c.pages {
		return sheet{}, fmt.Errorf("page %d: not between 2 and %d", id, c.pages-1)
	}
	p, err := c.bytes(id*c.pageSize, c.pageSize, ahead)
	if err != nil {
		return sheet{}, fmt.Errorf("page %d: %w", id, err)
	}
	n := binary.NativeEndian
	s := sheet{id: id, flags: n.Uint16(p[8:]), count: int(n.Uint16(p[10:]))}
	overflow := uint64(n.Uint32(p[12:]))
	if n.Uint64(p) != id || s.flags&want == 0 || s.flags&(s.flags-1) != 0 {
		return sheet{}, fmt.Errorf("page %d: says it is page %d with flags %#x", id, n.Uint64(p), s.flags)
	}
	if err := c.visit(id, overflow); err != nil {
		return sheet{}, err
	}
	s.size, s.head = (overflow+1)*c.pageSize, p
	return s, nil
}

// need makes the first n bytes of a sheet readable, or as many as it has.
func (c *checker) need(s *sheet, n uint64) (err error) {
	if n = min(n, s.size); uint64(len(s.head)) < n {
		s.head, err = c.bytes(s.id*c.pageSize, n, 0)
	}
	return err
}

// bytes returns n bytes at a place in the file, until the next call. If they are
// not at hand it reads as many as ahead says.
func (c *checker) bytes(at, n, ahead uint64) ([]byte, error) {
	if at < c.at || at+n > c.at+uint64(len(c.window)) {
		size := max(n, min(ahead, c.pages*c.pageSize-at))
		if uint64(cap(c.window)) < size {
			c.window = make([]byte, size)
		}
		c.window, c.at = c.window[:size], at
		if got, err := c.file.ReadAt(c.window, int64(at)); uint64(got) < n {
			c.window = c.window[:0]
			return nil, err
		} else if err != nil && !errors.Is(err, io.EOF) {
			c.window = c.window[:0]
			return nil, err
		} else {
			c.window = c.window[:got]
		}
	}
	from := at - c.at
	return c.window[from : from+n : from+n], nil
}
