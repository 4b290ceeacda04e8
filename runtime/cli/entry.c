/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the kernel enters refrun, before libc does. The commands that make a process change over to
 * their own executable as a read-only clone of its mount shows it (runtime/core/self.c tells why):
 * here, because nothing has been written to the program's memory yet, so that all of it can be
 * mapped anew; and where the kernel allows no such thing, so that the first image, which executes
 * the second, has not begun libc for nothing. That is no small part of a small program: in a
 * virtual machine each of its cpuid instructions traps.
 *
 * It is a short cut and no more. What fails here is left to self_protect(), which also checks that
 * what it asks for has been done.
 *
 * No libc function may be called: nothing is relocated yet, and there is no thread pointer. The
 * compiler must not think of any by itself (CMakeLists.txt has its flags). Words are arrays on the
 * stack, put there by the instructions: what is read of the image's constants is a page fault each,
 * and then mapped anew.
 */
#include "entry.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#define PAGE		 4096
#define STATFS_READ_ONLY 1 /* ST_RDONLY of statvfs(3), which is the kernel's too: statfs(2) */

/* ld(1): the beginning of the executable, which is part of its first segment. */
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

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

static long call6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static long call(long number, long a, long b, long c, long d, long e)
{
	return call6(number, a, b, c, d, e, 0);
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
	const char run[] = "run", create[] = "create", exec[] = "exec", restore[] = "restore";

	for (; *argv; argv++) {
		if (equal(*argv, run) || equal(*argv, create) || equal(*argv, exec) ||
		    equal(*argv, restore))
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

/* The file of a read-only clone of the mount of @exe; or negative. The clone itself in *tree. */
static long open_read_only(long exe, long *tree)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
	char path[] = "/proc/self/fd/\0\0\0", none = '\0';
	char *end = path + sizeof("/proc/self/fd/") - 1;

	*tree = call(SYS_open_tree, exe, (long)&none,
		     AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, 0, 0);
	if (*tree < 0)
		return *tree;
	if (*tree > 99 || call(SYS_mount_setattr, *tree, (long)&none, AT_EMPTY_PATH, (long)&attr,
			       sizeof(attr)) < 0)
		return -1;
	if (*tree > 9)
		*end++ = (char)('0' + *tree / 10);
	*end = (char)('0' + *tree % 10);
	return call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0);
}

/* One segment of the program (elf(5)) anew from @fd, which is the same file: as it is, since
 * nothing has been written to any so far. */
static bool map_segment(const Elf64_Phdr *p, unsigned long base, long fd)
{
	unsigned long from = base + p->p_vaddr, lead = from % PAGE, end = from + p->p_filesz;
	unsigned long size = (lead + p->p_filesz + PAGE - 1) / PAGE * PAGE;
	int prot = (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) |
		   (p->p_flags & PF_X ? PROT_EXEC : 0);

	if (!p->p_filesz)
		return true;
	if (call6(SYS_mmap, (long)(from - lead), (long)size, prot, MAP_PRIVATE | MAP_FIXED, fd,
		  (long)(p->p_offset - lead)) < 0)
		return false;
	/* what is behind the file's part of its last page is the beginning of what begins as zeros
	 */
	if (p->p_memsz > p->p_filesz) {
		unsigned long n = (PAGE - end % PAGE) % PAGE;

		__asm__ volatile("rep stosb" : "+D"(end), "+c"(n) : "a"(0) : "memory");
	}
	return true;
}

/* Behind the end of the last of the words, or @none. */
static unsigned long end_of(char *const *words, unsigned long none)
{
	const char *s = *words;

	if (!s)
		return none;
	while (words[1])
		words++;
	for (s = *words; *s;)
		s++;
	return (unsigned long)s + 1;
}

/*
 * Puts the file of @fd, the same one by another mount, into the place of the executed one:
 * PR_SET_MM_MAP (prctl(2)) makes it the one of /proc/PID/exe, and refuses while anything of the old
 * one is mapped. All else that it wants to know is told as it is.
 */
static bool become(long *stack, char **argv, char **env, long fd)
{
	const Elf64_Ehdr *elf = &__ehdr_start;
	const Elf64_Phdr *p = (const Elf64_Phdr *)((const char *)elf + elf->e_phoff);
	unsigned long base = elf->e_type == ET_DYN ? (unsigned long)elf : 0;
	struct prctl_mm_map m = {.start_code = ~0UL, .exe_fd = (unsigned int)fd};

	for (int i = 0; i < elf->e_phnum; i++) {
		unsigned long from = base + p[i].p_vaddr, end = from + p[i].p_filesz;

		if (p[i].p_type != PT_LOAD)
			continue;
		if (!map_segment(&p[i], base, fd))
			return false;
		if (from < m.start_code)
			m.start_code = from;
		if ((p[i].p_flags & PF_X) && end > m.end_code)
			m.end_code = end;
		if (from > m.start_data)
			m.start_data = from;
		if (end > m.end_data)
			m.end_data = end;
	}
	m.start_brk = m.brk = (unsigned long)call(SYS_brk, 0, 0, 0, 0, 0);
	m.start_stack = (unsigned long)stack;
	m.arg_start = (unsigned long)*argv;
	m.arg_end = end_of(argv, m.arg_start);
	m.env_start = *env ? (unsigned long)*env : m.arg_end;
	m.env_end = end_of(env, m.env_start);
	return call(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, (long)&m, sizeof(m), 0) == 0;
}

static void protect(long *stack, char **argv, char **env, long exe)
{
	long tree, fd = open_read_only(exe, &tree);

	/* where the kernel does not let us, the long way: once more from the beginning; asked
	 * again, so that it cannot execute itself for ever */
	if (fd >= 0 && !become(stack, argv, env, fd) && is_read_only(tree))
		(void)call(SYS_execveat, fd, (long)"", (long)argv, (long)env, AT_EMPTY_PATH);
	if (fd >= 0)
		(void)call(SYS_close, fd, 0, 0, 0, 0);
	/* its last holder will wait until all processors have let go of the mount: not now */
	if (tree >= 0)
		entry_tree = (int)tree;
}

/* Called by refrun_entry alone. */
void entry_protect(long *stack);
void entry_protect(long *stack)
{
	char **argv = (char **)(stack + 1);
	char **env = argv + stack[0] + 1;
	const char path[] = "/proc/self/exe";
	long exe;

	if (!makes_process(argv))
		return;
	exe = call(SYS_openat, AT_FDCWD, (long)path, O_PATH | O_CLOEXEC, 0, 0);
	if (exe < 0)
		return;
	if (!is_read_only(exe))
		protect(stack, argv, env, exe);
	(void)call(SYS_close, exe, 0, 0, 0, 0);
}
