"""Runs a program in a terminal, as it has a person before it: terminal.py HOME PROGRAM ARGUMENT...

What is written to stdin is typed, what the terminal shows comes out of stdout. HOME, a folder, stands in
for the home directory of the user, which programs find by the user database too: the caller has a mount
namespace of its own (`ip netns exec` makes one).
"""

import fcntl
import os
import pty
import pwd
import select
import struct
import subprocess
import sys
import termios

ROWS, COLUMNS = 50, 2000  # so wide that no line is folded


def main():
    home, *command = sys.argv[1:]
    subprocess.run(["mount", "--bind", home, pwd.getpwuid(os.getuid()).pw_dir], check=True)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    relay(terminal)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def relay(terminal):
    """Until the program has closed the terminal; the end of stdin hangs up."""
    while True:
        readable, _, _ = select.select([0, terminal], [], [])
        if 0 in readable:
            typed = os.read(0, 65536)
            if not typed:
                os.close(terminal)
                return
            os.write(terminal, typed)
        if terminal in readable:
            try:
                shown = os.read(terminal, 65536)
            except OSError:  # EIO: nobody has the other side any more
                return
            if not shown:
                return
            os.write(1, shown)


main()
