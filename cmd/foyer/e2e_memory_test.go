package main_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// remembered counts which of the strangers stand in the memory of a running
// program: as six bytes, which is how a program would keep them, or written with
// colons.
func (p *process) remembered(birds [][6]byte) (n int, size int64, err error) {
	raw, written := map[[6]byte]int{}, map[[17]byte]int{}
	first := [1 << 16]bool{} // a filter: the first two bytes
	for i, a := range birds {
		raw[a] = i
		text := [17]byte([]byte(spellings(a)[2]))
		written[text] = i
		first[int(a[0])<<8|int(a[1])], first[int(text[0])<<8|int(text[1])] = true, true
	}
	seen := map[int]bool{}
	err = p.memory(func(part []byte) {
		size += int64(len(part))
		for i := 0; i+17 <= len(part); i++ {
			if !first[int(part[i])<<8|int(part[i+1])] {
				continue
			}
			if bird, ok := raw[[6]byte(part[i:])]; ok {
				seen[bird] = true
			}
			if bird, ok := written[[17]byte(part[i:])]; ok {
				seen[bird] = true
			}
		}
	})
	return len(seen), size, err
}

// memory reads what a program may write to and what belongs to no file.
func (p *process) memory(each func(part []byte)) error {
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", p.cmd.Process.Pid))
	if err != nil {
		return err
	}
	defer maps.Close()
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", p.cmd.Process.Pid))
	if err != nil {
		return err
	}
	defer mem.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to int64
		var rights string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &rights); err != nil || !strings.HasPrefix(rights, "rw") || strings.Contains(lines.Text(), "/") {
			continue
		}
		part := make([]byte, 1<<20)
		for at := from; at < to; at += int64(len(part)) {
			n, err := mem.ReadAt(part[:min(int64(len(part)), to-at)], at)
			each(part[:n])
			if err != nil && err != io.EOF {
				break // not there
			}
		}
	}
	return nil
}
