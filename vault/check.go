package vault

import (
	"encoding/binary"
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
type checker struct {
	file     io.ReaderAt
	pageSize uint64
	pages    uint64 // pages in use, the high-water mark
	seen     []byte // one bit for each page
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
	c := &checker{file, m.pageSize, m.pages, make([]byte, m.pages/8+1)}
	c.visit(0, 0)
	c.visit(1, 0)
	if err := c.tree(m.root, true, 0); err != nil {
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

// page reads and claims page id, which must have one of the flags wanted.
func (c *checker) page(id uint64, want uint16) (p []byte, flags uint16, count int, err error) {
	if id < 2 || id >= c.pages {
		return nil, 0, 0, fmt.Errorf("page %d: not between 2 and %d", id, c.pages-1)
	}
	head := make([]byte, pageHeader)
	if _, err := c.file.ReadAt(head, int64(id*c.pageSize)); err != nil {
		return nil, 0, 0, fmt.Errorf("page %d: %w", id, err)
	}
	n := binary.NativeEndian
	flags, count = n.Uint16(head[8:]), int(n.Uint16(head[10:]))
	overflow := uint64(n.Uint32(head[12:]))
	if n.Uint64(head) != id || flags&want == 0 || flags&(flags-1) != 0 {
		return nil, 0, 0, fmt.Errorf("page %d: says it is page %d with flags %#x", id, n.Uint64(head), flags)
	}
	if err := c.visit(id, overflow); err != nil {
		return nil, 0, 0, err
	}
	p = make([]byte, (overflow+1)*c.pageSize)
	if _, err := c.file.ReadAt(p, int64(id*c.pageSize)); err != nil {
		return nil, 0, 0, fmt.Errorf("page %d: %w", id, err)
	}
	return p, flags, count, nil
}
