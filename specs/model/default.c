/* SPDX-License-Identifier: Apache-2.0 */
#include "cfg_parse.h"
#include "cleanup.h"

#include <string.h>
#include <unistd.h>

/* clang-format off */
#define CAPABILITIES "[\"CAP_AUDIT_WRITE\",\"CAP_KILL\",\"CAP_NET_BIND_SERVICE\"]"

/* What both documents begin with. */
#define HEAD \
	"\"ociVersion\":\"1.3.0\"," \
	"\"root\":{\"path\":\"rootfs\",\"readonly\":true}," \
	"\"hostname\":\"refrun\"," \
	"\"process\":{\"terminal\":true,\"cwd\":\"/\",\"args\":[\"sh\"]," \
		"\"env\":[\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\",\"TERM=xterm\"]," \
		"\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"hard\":1024,\"soft\":1024}]," \
		"\"capabilities\":{\"bounding\":" CAPABILITIES ",\"effective\":" CAPABILITIES ",\"permitted\":" CAPABILITIES "}," \
		"\"noNewPrivileges\":true,\"user\":{\"uid\":0,\"gid\":0}},"

#define MOUNT(destination, type, options) \
	"{\"destination\":\"" destination "\",\"type\":\"" type "\",\"source\":\"" type "\",\"options\":[" options "]}"
#define NODEV "\"nosuid\",\"noexec\",\"nodev\""

#define MOUNTS_HEAD \
	"{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}," \
	MOUNT("/dev", "tmpfs", "\"nosuid\",\"strictatime\",\"mode=755\",\"size=65536k\"") ","
#define MOUNTS_DEV \
	"{\"destination\":\"/dev/shm\",\"type\":\"tmpfs\",\"source\":\"shm\",\"options\":[" NODEV ",\"mode=1777\",\"size=65536k\"]}," \
	MOUNT("/dev/mqueue", "mqueue", NODEV) ","

#define PATHS \
	"\"maskedPaths\":[\"/proc/acpi\",\"/proc/asound\",\"/proc/kcore\",\"/proc/keys\",\"/proc/latency_stats\",\"/proc/timer_list\"," \
		"\"/proc/timer_stats\",\"/proc/sched_debug\",\"/sys/firmware\",\"/proc/scsi\"]," \
	"\"readonlyPaths\":[\"/proc/bus\",\"/proc/fs\",\"/proc/irq\",\"/proc/sys\",\"/proc/sysrq-trigger\"]"
#define NAMESPACES "{\"type\":\"pid\"},{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"mount\"},{\"type\":\"cgroup\"}"

static const char privileged[] = "{" HEAD
	"\"mounts\":[" MOUNTS_HEAD
		MOUNT("/dev/pts", "devpts", "\"nosuid\",\"noexec\",\"newinstance\",\"ptmxmode=0666\",\"mode=0620\",\"gid=5\"") "," MOUNTS_DEV
		MOUNT("/sys", "sysfs", NODEV ",\"ro\"") ","
		MOUNT("/sys/fs/cgroup", "cgroup", NODEV ",\"relatime\",\"ro\"") "],"
	"\"linux\":{\"resources\":{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]},"
		"\"namespaces\":[" NAMESPACES ",{\"type\":\"network\"}]," PATHS "}}";

/*
 * Without privileges: no group 5 to give terminals to, no sysfs of a network namespace that is not ours, no cgroup to write. The network is the
 * caller's, for nobody could connect a new one. The ids are filled in below.
 */
static const char rootless_text[] = "{" HEAD
	"\"mounts\":[" MOUNTS_HEAD
		MOUNT("/dev/pts", "devpts", "\"nosuid\",\"noexec\",\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"") "," MOUNTS_DEV
		"{\"destination\":\"/sys\",\"type\":\"none\",\"source\":\"/sys\",\"options\":[\"rbind\"," NODEV ",\"ro\"]}],"
	"\"linux\":{\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}],\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}],"
		"\"namespaces\":[" NAMESPACES ",{\"type\":\"user\"}]," PATHS "}}";
/* clang-format on */

void cfg_print_default(bool rootless, struct strbuf *out)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	const char *text = rootless ? rootless_text : privileged;

	/* our own text: nothing but a lack of memory can make it fail */
	if (cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, NULL)) {
		out->oom = true;
		return;
	}
	if (rootless) {
		d->config->linux->uid_mappings.items[0].host_id = geteuid();
		d->config->linux->gid_mappings.items[0].host_id = getegid();
	}
	cfg_print(CFG_CONFIG, d->config, 2, out);
}
