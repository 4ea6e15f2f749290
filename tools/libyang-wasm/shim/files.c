/*
 * There is no file system: whatever would look for a file finds none. The linker sends every call of
 * these functions here (--wrap), those in the C library included, so that its code for files and the
 * WASI imports for them drop out of the module. libyang's own search for modules in folders ends here
 * too; modules come through yw_use_imports() (imports.c).
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "wasi_compat.h"

static int
no_such_file(void)
{
    errno = ENOENT;
    return -1;
}

static void *
nothing_there(void)
{
    errno = ENOENT;
    return NULL;
}

int __wrap_open(const char *path, int flags, ...) { (void)path; (void)flags; return no_such_file(); }
int __wrap_stat(const char *path, struct stat *out) { (void)path; (void)out; return no_such_file(); }
int __wrap_fstat(int fd, struct stat *out) { (void)fd; (void)out; return no_such_file(); }
int __wrap_access(const char *path, int mode) { (void)path; (void)mode; return no_such_file(); }
int __wrap_unlink(const char *path) { (void)path; return no_such_file(); }
ssize_t __wrap_readlink(const char *path, char *out, size_t size) { (void)path; (void)out; (void)size; return no_such_file(); }
char *__wrap_realpath(const char *path, char *out) { (void)path; (void)out; return nothing_there(); }
DIR *__wrap_opendir(const char *path) { (void)path; return nothing_there(); }
struct dirent *__wrap_readdir(DIR *folder) { (void)folder; return nothing_there(); }
int __wrap_closedir(DIR *folder) { (void)folder; return no_such_file(); }
FILE *__wrap_fopen(const char *path, const char *mode) { (void)path; (void)mode; return nothing_there(); }

/* Who asks for the working folder takes a failure for a lack of memory. */
char *
__wrap_getcwd(char *out, size_t size)
{
    return out && (size < sizeof "/") ? nothing_there() : out ? strcpy(out, "/") : strdup("/");
}

int
dup(int fd)
{
    (void)fd;
    errno = EBADF;
    return -1;
}
