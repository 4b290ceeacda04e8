t
cgroup.self
0::/a
