/*
 * Included before every file of libyang: what it uses and wasi-libc does not declare.
 */
#ifndef WASI_COMPAT_H
#define WASI_COMPAT_H

/* Only for output to a file descriptor, which nobody asks for here (files.c). */
int dup(int fd);

#endif
