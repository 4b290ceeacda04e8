# SPDX-License-Identifier: Apache-2.0
# The AppArmor profile that the cases put a container under: everything is allowed but one file.
profile conform-test flags=(attach_disconnected,mediate_deleted) {
	capability,
	network,
	mount,
	remount,
	umount,
	pivot_root,
	ptrace,
	signal,
	unix,
	dbus,
	file,
	change_profile,
	deny /**/conform-denied rw,
}
