"""The second layer below Python, where the kernel has it: Linux alone, by `ctypes`, without a program of its own.

    kernel.py       system calls that Python has no function for
    landlock.py     Landlock: which TCP ports a thread may connect to or listen on
    seccomp.py      seccomp: threads that can make no internet socket
    outside.py      the few threads that may still reach out
    loop.py         the event loop that uses them
    confinement.py  all of it for one process, and how it stands

The egress guard is a rule in Python, so native code passes it by. Here the kernel refuses: every thread but one is
denied TCP connections, whatever library asks, and the threads of the media libraries are denied internet sockets
altogether. The one thread left runs nothing but `connect`, in Python, where the guard looks at each address.

It comes on top of the guard, never instead of it. Other systems and older kernels go without; `incog doctor` tells.
"""
