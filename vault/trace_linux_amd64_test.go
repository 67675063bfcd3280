package vault_test

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"
	"unsafe"
)

// A call is one system call of a traced process: when it is entered, and again
// when it is done.
type call struct {
	nr   uint64
	args [6]uint64
	done bool
	ret  int64    // if done
	mem  *os.File // the process's memory
	fail syscall.Errno
}

// text reads a path from the process's memory.
func (c *call) text(at uint64) string {
	b := c.bytes(at, 4096)
	for i, x := range b {
		if x == 0 {
			return string(b[:i])
		}
	}
	return ""
}

func (c *call) bytes(at, n uint64) []byte {
	b := make([]byte, n)
	got, _ := c.mem.ReadAt(b, int64(at)) // a path may end near the end of a mapping
	return b[:got]
}

const (
	waitAll      = 0x40000000 // __WALL
	waitMine     = 0x20000000 // __WNOTHREAD: other tests have children too
	optExitKill  = 0x00100000
	getCallInfo  = 0x420e
	infoEntry    = 1
	infoExit     = 2
	callStop     = syscall.SIGTRAP | 0x80
	traceOptions = syscall.PTRACE_O_TRACESYSGOOD | syscall.PTRACE_O_TRACECLONE | optExitKill
)

// traced runs this test binary with env set and shows every system call of all
// its threads to see, in the order in which the kernel took them. A call whose
// fail is set on entry is not made and fails so. It returns the exit status.
func traced(t *testing.T, env string, see func(*call)) int {
	t.Helper()
	runtime.LockOSThread() // a process is traced by one thread
	defer runtime.UnlockOSThread()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	p, err := os.StartProcess(os.Args[0], []string{os.Args[0]}, &os.ProcAttr{
		Env:   append(os.Environ(), env, "GODEBUG=asyncpreemptoff=1", "GOMAXPROCS=1"),
		Files: []*os.File{null, null, os.Stderr}, Sys: &syscall.SysProcAttr{Ptrace: true}})
	if err != nil {
		t.Skipf("SKIPPED: this machine lets nobody be traced: %v", err)
	}
	defer p.Release()
	var ws syscall.WaitStatus
	if _, err := syscall.Wait4(p.Pid, &ws, waitAll, nil); err != nil {
		t.Fatal(err)
	}
	if err := syscall.PtraceSetOptions(p.Pid, traceOptions); err != nil {
		p.Kill()
		t.Skipf("SKIPPED: this machine lets nobody be traced: %v", err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", p.Pid))
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	return follow(t, p.Pid, mem, see)
}

// follow lets the stopped process run, from call to call, to its end.
func follow(t *testing.T, pid int, mem *os.File, see func(*call)) int {
	t.Helper()
	calls := map[int]*call{} // what each thread is in
	tid, deliver := pid, 0
	for {
		if err := syscall.PtraceSyscall(tid, deliver); err != nil && err != syscall.ESRCH {
			t.Fatal(err)
		}
		var ws syscall.WaitStatus
		var err error
		for {
			tid, err = syscall.Wait4(-1, &ws, waitAll|waitMine, nil)
			if err == nil && ws.Stopped() {
				break
			}
			switch {
			case err == syscall.EINTR:
			case err != nil:
				t.Fatal(err)
			case tid == pid && ws.Signaled():
				return 128 + int(ws.Signal())
			case tid == pid:
				return ws.ExitStatus()
			}
		}
		deliver = 0
		switch sig := ws.StopSignal(); sig {
		case callStop:
			step(t, tid, mem, calls, see)
		case syscall.SIGTRAP, syscall.SIGSTOP: // an event, a new thread
		default:
			deliver = int(sig)
		}
	}
}

// step shows the call at which a thread has stopped.
func step(t *testing.T, tid int, mem *os.File, calls map[int]*call, see func(*call)) {
	t.Helper()
	var info struct {
		op, _   uint8
		_       uint16
		_       uint32
		ip, sp  uint64
		nrOrRet uint64
		args    [6]uint64
		_       [8]uint64
	}
	_, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, getCallInfo, uintptr(tid), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno == syscall.ESRCH {
		return // killed meanwhile
	}
	if errno != 0 {
		t.Skipf("SKIPPED: this kernel does not tell which call it is: %v", errno)
	}
	c := calls[tid]
	switch {
	case info.op == infoEntry:
		c = &call{nr: info.nrOrRet, args: info.args, mem: mem}
		calls[tid] = c
		see(c)
		if c.fail != 0 {
			setRegs(t, tid, func(r *syscall.PtraceRegs) { r.Orig_rax = ^uint64(0) })
		}
	case info.op == infoExit && c != nil:
		delete(calls, tid)
		if c.fail != 0 {
			setRegs(t, tid, func(r *syscall.PtraceRegs) { r.Rax = uint64(-int64(c.fail)) })
			return
		}
		c.done, c.ret = true, int64(info.nrOrRet)
		see(c)
	}
}

func setRegs(t *testing.T, tid int, change func(*syscall.PtraceRegs)) {
	t.Helper()
	var r syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &r); err != nil {
		t.Fatal(err)
	}
	change(&r)
	if err := syscall.PtraceSetRegs(tid, &r); err != nil {
		t.Fatal(err)
	}
}
