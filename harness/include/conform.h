/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The case API. A case is data: what is asked of the host, how the minimal configuration is edited,
 * what is observed inside and outside, and what must hold. All JSON is written unquoted in the leaf
 * macros. A case registers itself by being compiled. The vocabulary of facts and actions is
 * docs/facts.md.
 *
 * Placeholders in configuration values, file contents, step arguments and expected values (replaced
 * by the harness before it parses the JSON):
 *   @ASK@      what the probe is asked; stands by itself as one element of process.args (the base
 * configuration has it)
 *   @CASE@     host path of the case's private directory       @BUNDLE@  the bundle        @ROOTFS@
 * the bundle's root filesystem
 *   @ID@       the container's id                              @PROBE@   host path of the probe,
 * for hooks
 *   @CGROUP@   an absolute cgroupsPath that is the case's own
 *   @V@        the value of .vary: as JSON text, but within a JSON string, in names and in
 * arguments a string loses its quotes
 *   @NS:type@  path of a namespace of that type that the harness made and holds;  @NSINO:type@  its
 * inode;  @HOSTNS:type@ path of the host's namespace
 *   @AGENT@    path of a unix socket on which the harness's seccomp agent listens
 *   @ABSTRACT@ name of an abstract unix socket on which the harness listens, in its own network
 * namespace
 *   @FMIN@ @FMAX@  ociVersionMin and ociVersionMax of the runtime's features document
 *   @USER@ @GROUP@  the numbers of the user of .needs.user_manager and of its group
 */
#ifndef CONFORM_H
#define CONFORM_H

#include "req_ids.h"

#include <stdbool.h>
#include <stddef.h>

/* Where in a container's life a check looks. */
enum phase { PH_NONE, AFTER_CREATE, AFTER_START, AFTER_EXIT, AFTER_DELETE };

enum op {
	OP_END,
	/* edits of the configuration */
	OP_SET, /* set the value at the pointer, making objects on the way */
	OP_DEL, /* remove what stands at the pointer; it must exist */
	OP_ADD, /* insert before the array index; "-" appends */
	OP_RAW, /* the value is the whole text of config.json, not parsed by the harness */
	/* checks of an observation */
	OP_EQ,	  /* equal JSON values */
	OP_NE,	  /* observed and different */
	OP_HAS,	  /* array: has the element; object: has these members, recursively; string: has the
		     substring */
	OP_LACKS, /* observed, not null, and OP_HAS does not hold */
	OP_MIN,	  /* number >= */
	OP_MAX,	  /* number <= */
	OP_MATCH, /* string matches the glob */
	OP_HOST,  /* equals the same fact observed by the probe on the host, before the case */
	OP_NOT_HOST, /* observed on both sides and different */
	OP_SAME,     /* unchanged against before the case (host.* facts) */
	OP_ONE_OF,   /* the value is an array: one of its elements */
	OP_SET_EQ,   /* arrays equal as sets */
	OP_EMPTY,    /* null, "", [], {} or 0 */
};

struct edit {
	enum op op;
	const char *pointer;
	const char *json;
};

struct check {
	enum op op;
	enum phase phase;
	const char *name; /* fact[:parameter][#/json/pointer] */
	const char *json;
};

/* Something that lies in the bundle before create. Paths are relative to the root filesystem; those
 * that begin with "../" to the bundle. */
struct file_spec {
	enum {
		FILE_END,
		FILE_DIR,
		FILE_REG,
		FILE_LINK,
		FILE_CHR,
		FILE_BLK,
		FILE_FIFO,
		FILE_ABSENT
	} kind;
	const char *path;
	const char *content; /* of a file, or the target of a link; "@PROBE@" by itself: a copy of
				the probe */
	unsigned int mode;   /* 0: 0755 for directories, 0644 for files */
	unsigned int uid, gid, major, minor;
};

/*
 * A mount that the harness makes on the host's side, in the case's private mount namespace, after
 * the files above, so that the container can bind it. @path as in struct file_spec.
 * @type is a file system ("tmpfs"), "bind" (@source: a path likewise, onto itself where NULL) or
 * NULL (only changes what is mounted there). @options are comma-separated: flags, data, and shared,
 * slave, private, unbindable.
 */
struct host_mount {
	const char *path, *type, *options, *source;
};

/*
 * One end of a virtual ethernet pair ("veth"), or a bridge, in the network namespace in which the
 * runtime is called; a case that has any is called in one of its own. The peer of "x" is "px".
 * @held: in @NS:network@ instead. @addresses: blank-separated "10.1.2.3/24", "fd00::5/64"; "@link"
 * or "@host" behind one sets its scope.
 */
struct host_link {
	const char *name, *kind;
	const char *mac; /* "02:00:00:00:00:07"; NULL: the kernel's */
	unsigned int mtu;
	bool up, held;
	const char *addresses;
};

/* What the harness does, in order, where the usual create-start-wait-delete is not the point. */
enum step_kind {
	STEP_END,
	STEP_CREATE, /* create ID with the bundle; arg: one more option, or NULL */
	STEP_START,
	STEP_STATE,
	STEP_KILL, /* arg: signal */
	STEP_DELETE,
	STEP_RUN_CLI, /* arg: the command line after the runtime's global flags, split at blanks;
			 placeholders work */
	STEP_WAIT_REPORT, /* until the probe has reported everything it was asked */
	STEP_WAIT_EXIT,	  /* until the container's process has ended */
	STEP_EDIT_CONFIG, /* arg: pointer=json, edits config.json in the bundle after create */
	STEP_REMOVE_FILE, /* arg: path in the bundle */
	STEP_MOVE_FILE,	  /* arg: two of them with a blank between: from where, to where */
	STEP_CHECK,	  /* evaluates .check now */
};
enum expect {
	EXPECT_ANY,
	EXPECT_OK,
	EXPECT_FAIL,
	EXPECT_REFUSABLE, /* OK; or a refusal, which is as right as with .either and ends the steps
			   */
};
struct step {
	enum step_kind kind;
	enum expect expect; /* of the exit status; all but EXPECT_ANY are checks of their own */
	const char *arg;
	struct check check;
};

/* Everything the host must offer. Probed at run time; an unmet one is SKIP with the sentence that
 * the probe function gives. NULL and false: not needed. The user and group ids of the host that a
 * case names, in mappings and as owners, are asked for without being listed here; so are its
 * network devices and the state of its caller. */
struct needs {
	bool root, userns;
	const char *cgroup;	 /* "v1", "v2": where the controllers below live */
	const char *controllers; /* "memory,pids" */
	const char *knob;    /* "memory/memory.swappiness": file that must exist in a cgroup of the
				hierarchy */
	const char *no_knob; /* likewise, and must not exist */
	const char *caps;    /* "CAP_SYS_RESOURCE,CAP_SYS_ADMIN": the harness must hold them */
	const char *rlimits; /* "RLIMIT_CORE:2000000,...": its own hard limit is as high, or may be
				raised */
	bool new_privs;	     /* no_new_privs, which nothing clears, is not set */
	const char *lsm;     /* "apparmor", "selinux" */
	const char *profile; /* an AppArmor profile that is loaded */
	const char *label;   /* a SELinux context that the policy knows, with which a program of a
				bundle can begin */
	const char *file_label; /* one that it knows, of files */
	bool enforcing;		/* and SELinux enforces it */
	const char *namespaces; /* "time,cgroup": kinds that the kernel has */
	const char *seccomp;	/* actions: "log,user_notif" */
	const char *filter;	/* what shows of a filter's flags: "log", "speculation" */
	const char *arch;	/* "x86_64" */
	const char *path;	/* each must exist on the host, separated by commas */
	const char *no_path;	/* must not */
	const char *device;	/* "c 1:11 rw,b 1:11 m": no rule of the host's keeps the harness
				   from making and opening them */
	const char *oom;	/* "500,0": the harness may set each as its oom_score_adj */
	const char *fs;		/* "overlay,mqueue": in /proc/filesystems */
	const char *command;	/* on the host's PATH */
	const char *feature; /* pointer that must be there (and not false) in the runtime's features
				document */
	const char *subcommand;	   /* of the runtime's command line, beyond what the specification
				      asks for: "exec" */
	const char *cpus;	   /* "0,1": the harness may run on each of these processors */
	bool swap;		   /* the memory controller accounts swap */
	bool swap_space;	   /* and there is some: 256 MB free */
	bool no_swap_space;	   /* the host has no swap at all */
	unsigned int hugepages;	   /* free ones of 2 MB, at least so many */
	bool idmap;		   /* the file system of the bundles takes id-mapped mounts */
	bool own_root;		   /* the harness's root is that of its mount namespace */
	bool mount_setattr;	   /* flags of a whole tree of mounts can be set (Linux 5.12) */
	const char *mount_options; /* "nosymfollow,@V@": the kernel can carry each out; one that is
				      none of the kernel's, or as old as mount(2), always passes */
	const char *mempolicy; /* "@V@": a mode or a flag that set_mempolicy(2) takes here; a name
				  of nobody's passes */
	bool veth;	       /* virtual ethernet pairs can be made */
	bool compat;	       /* calls of i386 (int 0x80) are carried out */
	bool user_manager;     /* an unprivileged user has a systemd of its own, on cgroup v2, and
				  may make user namespaces */
};

enum rejected {
	NOT_REJECTED,
	REJECTED_AT_CREATE,
	REJECTED_AT_START,
	REJECTED_BY_START /* create or start */
};

/* The case that must pass before any other is judged. */
#define CONFORM_CONTROL_ID "lifecycle/control"

struct case_ctx; /* for .run */

struct conform_case {
	const char *title;
	const enum req *reqs; /* ends with REQ_NONE; all of one level */
	/*
	 * Why the claim only advises, in a sentence that the report shows: what fails is WARN (FAIL
	 * with --strict), whatever the level of the requirements. For a sentence of the
	 * specification that leaves room, and for a property of security or robustness that it does
	 * not state; such a case may cite none.
	 */
	const char *advice;
	struct needs needs;
	const char *const *mutants; /* the lies that this case must catch, ends with NULL; see
				       harness/mutants */
	const char *no_mutant;	    /* the reason where .mutants is absent */
	const char *const *vary;    /* at most one dimension: JSON texts, ends with NULL; id becomes
				       area/name[value] */
	const struct edit *config;
	const struct file_spec *files;
	const struct host_mount *host_mounts; /* ends with path NULL */
	const struct host_link *links;	      /* ends with name NULL */
	/* @CGROUP@ is there before create, in every hierarchy: "frozen", "occupied" by a process,
	 * or "above" the container's, empty and with nothing set */
	const char *host_cgroup;
	const struct check *inside; /* facts and actions of the probe as the container's process */
	/* How the probe ends (docs/facts.md): "wait", "trap:SIGTERM", "exit:7", ... NULL: "exit:0",
	 * or "wait" where a check is bound to AFTER_START, which needs a living process. Where it
	 * does not end by itself, the usual sequence ends it after the AFTER_START checks: by the
	 * signal that "trap" waits for, by SIGTERM with "wait", else by SIGKILL. */
	const char *ending;
	const struct check *outside; /* phase-bound */
	const struct step *steps;    /* replaces the usual sequence */
	enum rejected rejected_at;
	/*
	 * What the specification lets a runtime refuse (a MAY value of an enumeration): an error of
	 * create or start is SKIP with the runtime's words, applied is judged as usual, and silence
	 * is FAIL. Where .needs.feature names the value and the runtime's features list it, an
	 * error is FAIL too. So is one that is no refusal: the end by a signal, the report of a
	 * crash, a container that is there all the same. An error without a word of what was asked
	 * for is WARN, for it may be about anything.
	 */
	bool may_refuse;
	/*
	 * The same where the claim itself says that an error is as right as what the checks ask
	 * for: an error passes. Then the AFTER_DELETE checks are made all the same.
	 */
	bool either;
	/*
	 * The claim is that this is accepted, or found, so an error of create or start is how the
	 * case fails: one under a lie that the case names is no refusal to tell the lie
	 * (docs/mutants.md).
	 */
	bool accepts;
	/* A word that the error of such a refusal may have beside those of the configuration. */
	const char *refusal;
	/*
	 * The case is about a claim of the runtime's features document: a pointer to a flag, or to
	 * a list of which @V@ may be an element. Absent: SKIP. Claimed: it must work. Not claimed:
	 * an error of create or start is the right answer, and where there is none it must work all
	 * the same, for what is taken in silence and not done is the worst of answers.
	 */
	const char *claim;
	/* What the list has beyond the variants of all cases with that claim is tried by this one.
	 */
	bool claim_rest;
	/*
	 * State in which the harness calls the runtime, ends with NULL: "umask:0077"
	 * "env:NAME=value" "group:4242" "fd:50" (an open directory, not close-on-exec) "close:0"
	 * "oom:200" "nice:5" "cpu:0" (affinity) "fifo:5" (SCHED_FIFO with that priority)
	 * "block-signals" "ignore-signals" "cwd:/" "ambient" (inheritable and ambient capabilities
	 * raised) "keyring" (a session keyring with a key) "securebits" (no fixup of
	 * capabilities) "mempolicy" (memory from node 0 alone) "personality:6" "blind" (nothing of
	 * the host's /sys and of its lists in /proc can be seen) "terminal" (one that controls it)
	 * "delegate:NAME NAME"
	 * (/sys/kernel/cgroup/delegate has these lines) "no-delegate" (there is no such file)
	 * "manager:@CASE@" (the user of .needs.user_manager, beside that user's systemd; what a
	 * runtime writes in the directory becomes the user's)
	 */
	const char *const *caller;
	const char *const *owns; /* host-wide things that it disturbs: such cases do not run beside
				    each other; with "host" no other case does */
	unsigned int
		min_target; /* specification version from which the claim holds: 100..103; 0: 100 */
	unsigned int max_target;	 /* last version for which it holds; 0: all */
	unsigned int timeout_s;		 /* 0: the usual */
	void (*run)(struct case_ctx *c); /* only where data cannot say it; a comment says why */
};

struct conform_entry {
	const char *id;	  /* area/name */
	const char *file; /* of its source */
	int line;
	const struct conform_case *def;
};

#define CONFORM_CASE(area, name)                                                                   \
	extern const struct conform_case conform_case_##area##_##name;                             \
	static const struct conform_entry conform_entry_##area##_##name = {                        \
		#area "/" #name, __FILE__, __LINE__, &conform_case_##area##_##name};               \
	static const struct conform_entry *const conform_ref_##area##_##name                       \
		__attribute__((section("conform_cases"), used, retain)) =                          \
			&conform_entry_##area##_##name;                                            \
	const struct conform_case conform_case_##area##_##name

#define REQS(...)                                                                                  \
	.reqs = (const enum req[])                                                                 \
	{                                                                                          \
		__VA_ARGS__, REQ_NONE                                                              \
	}
#define MUTANTS(...)                                                                               \
	.mutants = (const char *const[])                                                           \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define OWNS(...)                                                                                  \
	.owns = (const char *const[])                                                              \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define CALLER(...)                                                                                \
	.caller = (const char *const[])                                                            \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define VARY(...)                                                                                  \
	.vary = (const char *const[])                                                              \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define CONFIG(...)                                                                                \
	.config = (const struct edit[])                                                            \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			OP_END, NULL, NULL                                                         \
		}                                                                                  \
	}
#define FILES(...)                                                                                 \
	.files = (const struct file_spec[])                                                        \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.kind = FILE_END                                                           \
		}                                                                                  \
	}
#define HOST_MOUNTS(...)                                                                           \
	.host_mounts = (const struct host_mount[])                                                 \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			NULL, NULL, NULL, NULL                                                     \
		}                                                                                  \
	}
#define LINKS(...)                                                                                 \
	.links = (const struct host_link[])                                                        \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.name = NULL                                                               \
		}                                                                                  \
	}
#define INSIDE(...)                                                                                \
	.inside = (const struct check[])                                                           \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define OUTSIDE(...)                                                                               \
	.outside = (const struct check[])                                                          \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define STEPS(...)                                                                                 \
	.steps = (const struct step[])                                                             \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.kind = STEP_END                                                           \
		}                                                                                  \
	}

/* Edits */
#define SET(ptr, ...)                                                                              \
	{                                                                                          \
		OP_SET, (ptr), #__VA_ARGS__                                                        \
	}
#define DEL(ptr)                                                                                   \
	{                                                                                          \
		OP_DEL, (ptr), NULL                                                                \
	}
#define ADD(ptr, ...)                                                                              \
	{                                                                                          \
		OP_ADD, (ptr), #__VA_ARGS__                                                        \
	}
#define RAW(text)                                                                                  \
	{                                                                                          \
		OP_RAW, "", (text)                                                                 \
	} /* a C string: what is not JSON cannot be written as JSON */

/* Checks inside */
#define FACT(name, ...)                                                                            \
	{                                                                                          \
		OP_EQ, PH_NONE, (name), #__VA_ARGS__                                               \
	}
#define FACT_NOT(name, ...)                                                                        \
	{                                                                                          \
		OP_NE, PH_NONE, (name), #__VA_ARGS__                                               \
	}
#define FACT_HAS(name, ...)                                                                        \
	{                                                                                          \
		OP_HAS, PH_NONE, (name), #__VA_ARGS__                                              \
	}
#define FACT_LACKS(name, ...)                                                                      \
	{                                                                                          \
		OP_LACKS, PH_NONE, (name), #__VA_ARGS__                                            \
	}
#define FACT_MIN(name, ...)                                                                        \
	{                                                                                          \
		OP_MIN, PH_NONE, (name), #__VA_ARGS__                                              \
	}
#define FACT_MAX(name, ...)                                                                        \
	{                                                                                          \
		OP_MAX, PH_NONE, (name), #__VA_ARGS__                                              \
	}
#define FACT_MATCH(name, ...)                                                                      \
	{                                                                                          \
		OP_MATCH, PH_NONE, (name), #__VA_ARGS__                                            \
	}
#define FACT_ONE_OF(name, ...)                                                                     \
	{                                                                                          \
		OP_ONE_OF, PH_NONE, (name), #__VA_ARGS__                                           \
	}
#define FACT_SET(name, ...)                                                                        \
	{                                                                                          \
		OP_SET_EQ, PH_NONE, (name), #__VA_ARGS__                                           \
	}
#define FACT_EMPTY(name)                                                                           \
	{                                                                                          \
		OP_EMPTY, PH_NONE, (name), NULL                                                    \
	}
#define FACT_HOST(name)                                                                            \
	{                                                                                          \
		OP_HOST, PH_NONE, (name), NULL                                                     \
	}
#define FACT_NOT_HOST(name)                                                                        \
	{                                                                                          \
		OP_NOT_HOST, PH_NONE, (name), NULL                                                 \
	}
/* The probe tries an action; the result is "OK", an errno name or "SIGxxx" where it was killed.
 * Actions run after all facts, in order. */
#define TRY(action, ...)                                                                           \
	{                                                                                          \
		OP_EQ, PH_NONE, "try:" action, #__VA_ARGS__                                        \
	}
#define TRY_NOT(action, ...)                                                                       \
	{                                                                                          \
		OP_NE, PH_NONE, "try:" action, #__VA_ARGS__                                        \
	}

/* Checks outside: like the above with a phase */
#define HOST(ph, name, ...)                                                                        \
	{                                                                                          \
		OP_EQ, (ph), (name), #__VA_ARGS__                                                  \
	}
#define HOST_NOT(ph, name, ...)                                                                    \
	{                                                                                          \
		OP_NE, (ph), (name), #__VA_ARGS__                                                  \
	}
#define HOST_HAS(ph, name, ...)                                                                    \
	{                                                                                          \
		OP_HAS, (ph), (name), #__VA_ARGS__                                                 \
	}
#define HOST_LACKS(ph, name, ...)                                                                  \
	{                                                                                          \
		OP_LACKS, (ph), (name), #__VA_ARGS__                                               \
	}
#define HOST_MIN(ph, name, ...)                                                                    \
	{                                                                                          \
		OP_MIN, (ph), (name), #__VA_ARGS__                                                 \
	}
#define HOST_MAX(ph, name, ...)                                                                    \
	{                                                                                          \
		OP_MAX, (ph), (name), #__VA_ARGS__                                                 \
	}
#define HOST_MATCH(ph, name, ...)                                                                  \
	{                                                                                          \
		OP_MATCH, (ph), (name), #__VA_ARGS__                                               \
	}
#define HOST_ONE_OF(ph, name, ...)                                                                 \
	{                                                                                          \
		OP_ONE_OF, (ph), (name), #__VA_ARGS__                                              \
	}
#define HOST_EMPTY(ph, name)                                                                       \
	{                                                                                          \
		OP_EMPTY, (ph), (name), NULL                                                       \
	}
#define UNCHANGED(ph, name)                                                                        \
	{                                                                                          \
		OP_SAME, (ph), (name), NULL                                                        \
	}

/* Steps */
#define CREATE(x)                                                                                  \
	{                                                                                          \
		STEP_CREATE, EXPECT_##x, NULL,                                                     \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define CREATE_WITH(option, x)                                                                     \
	{                                                                                          \
		STEP_CREATE, EXPECT_##x, (option),                                                 \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define START(x)                                                                                   \
	{                                                                                          \
		STEP_START, EXPECT_##x, NULL,                                                      \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define STATE(x)                                                                                   \
	{                                                                                          \
		STEP_STATE, EXPECT_##x, NULL,                                                      \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define KILL(sig, x)                                                                               \
	{                                                                                          \
		STEP_KILL, EXPECT_##x, (sig),                                                      \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define DELETE(x)                                                                                  \
	{                                                                                          \
		STEP_DELETE, EXPECT_##x, NULL,                                                     \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define RUN_CLI(args, x)                                                                           \
	{                                                                                          \
		STEP_RUN_CLI, EXPECT_##x, (args),                                                  \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define WAIT_REPORT                                                                                \
	{                                                                                          \
		STEP_WAIT_REPORT, EXPECT_OK, NULL,                                                 \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define WAIT_EXIT                                                                                  \
	{                                                                                          \
		STEP_WAIT_EXIT, EXPECT_OK, NULL,                                                   \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define EDIT_CONFIG(pe)                                                                            \
	{                                                                                          \
		STEP_EDIT_CONFIG, EXPECT_OK, (pe),                                                 \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define REMOVE_FILE(p)                                                                             \
	{                                                                                          \
		STEP_REMOVE_FILE, EXPECT_OK, (p),                                                  \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define MOVE_FILE(from_to)                                                                         \
	{                                                                                          \
		STEP_MOVE_FILE, EXPECT_OK, (from_to),                                              \
		{                                                                                  \
			OP_END, PH_NONE, NULL, NULL                                                \
		}                                                                                  \
	}
#define NOW(...)                                                                                   \
	{                                                                                          \
		STEP_CHECK, EXPECT_ANY, NULL, __VA_ARGS__                                          \
	} /* NOW(HOST(PH_NONE, "state#/status", "running")) */

/* Files */
#define DIR_AT(p)                                                                                  \
	{                                                                                          \
		.kind = FILE_DIR, .path = (p)                                                      \
	}
#define FILE_AT(p, text)                                                                           \
	{                                                                                          \
		.kind = FILE_REG, .path = (p), .content = (text)                                   \
	}
#define LINK_AT(p, target)                                                                         \
	{                                                                                          \
		.kind = FILE_LINK, .path = (p), .content = (target)                                \
	}
#define ABSENT_AT(p)                                                                               \
	{                                                                                          \
		.kind = FILE_ABSENT, .path = (p)                                                   \
	} /* not there, though the base root filesystem has it */

#endif
