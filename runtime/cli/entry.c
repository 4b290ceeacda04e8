/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the kernel enters refrun, before libc does. The commands that make a process execute refrun
 * a second time, from a read-only clone of its mount (runtime/core/self.c tells why). Whoever does
 * so from main() has libc's start behind it for nothing, and that is no small part of a small
 * program: in a virtual machine each of its two dozen cpuid instructions traps. So the first image
 * gets no further than here.
 *
 * It is a short cut and no more. What fails here is left to self_protect(), which also checks that
 * what it asks for has been done.
 *
 * No libc function may be called: nothing is relocated yet, and there is no thread pointer. The
 * compiler must not think of any by itself (CMakeLists.txt has its flags).
 */
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#define STATFS_READ_ONLY 1 /* ST_RDONLY of statvfs(3), which is the kernel's too: statfs(2) */

/* The stack is as the kernel made it: argc, argv, a null, environment, a null. _start expects it,
 * and what the kernel put into rdx, untouched. */
__asm__(".pushsection .text\n"
	".globl refrun_entry\n"
	".type refrun_entry, @function\n"
	"refrun_entry:\n"
	"	xor	%ebp, %ebp\n"
	"	mov	%rsp, %rdi\n"
	"	mov	%rsp, %rbx\n"
	"	mov	%rdx, %r12\n"
	"	and	$-16, %rsp\n"
	"	call	entry_protect\n"
	"	mov	%rbx, %rsp\n"
	"	mov	%r12, %rdx\n"
	"	jmp	_start\n"
	".size refrun_entry, . - refrun_entry\n"
	".popsection\n");

static long call(long number, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
}

static bool equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* Whether one of the words could be such a command. That it is one costs nothing to assume. */
static bool makes_process(char *const *argv)
{
	for (; *argv; argv++) {
		if (equal(*argv, "run") || equal(*argv, "create") || equal(*argv, "exec") ||
		    equal(*argv, "restore"))
			return true;
	}
	return false;
}

static bool is_read_only(long fd)
{
	struct statfs fs;

	fs.f_flags = 0; /* the rest is not looked at */
	return call(SYS_fstatfs, fd, (long)&fs, 0, 0, 0) == 0 && (fs.f_flags & STATFS_READ_ONLY);
}

static void execute_read_only(long exe, char **argv, char **env)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
	long tree = call(SYS_open_tree, exe, (long)"",
			 AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, 0, 0);

	if (tree < 0)
		return;
	/* asked again, so that it cannot execute itself for ever */
	if (call(SYS_mount_setattr, tree, (long)"", AT_EMPTY_PATH, (long)&attr, sizeof(attr)) ==
		    0 &&
	    is_read_only(tree))
		(void)call(SYS_execveat, tree, (long)"", (long)argv, (long)env, AT_EMPTY_PATH);
	(void)call(SYS_close, tree, 0, 0, 0, 0);
}

/* Called by refrun_entry alone. */
void entry_protect(long *stack);
void entry_protect(long *stack)
{
	char **argv = (char **)(stack + 1);
	char **env = argv + stack[0] + 1;
	long exe;

	if (!makes_process(argv))
		return;
	exe = call(SYS_openat, AT_FDCWD, (long)"/proc/self/exe", O_PATH | O_CLOEXEC, 0, 0);
	if (exe < 0)
		return;
	if (!is_read_only(exe))
		execute_read_only(exe, argv, env);
	(void)call(SYS_close, exe, 0, 0, 0, 0);
}
