# SPDX-License-Identifier: Apache-2.0
# Writes ${OUT}: the system calls that the kernel headers of ${CC} know, by name, sorted bytewise for a binary search.
execute_process(
	COMMAND ${CC} -dM -E -x c -include asm/unistd.h /dev/null
	OUTPUT_VARIABLE macros COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "#define __NR_[a-z0-9_]+ [^\n]+" lines "${macros}")
list(TRANSFORM lines REPLACE "^#define __NR_([a-z0-9_]+) .*$" "\\1")
list(SORT lines COMPARE STRING CASE SENSITIVE)
set(text "/* generated from asm/unistd.h */\n")
foreach(name IN LISTS lines)
	string(APPEND text "{\"${name}\", __NR_${name}},\n")
endforeach()
file(WRITE ${OUT} "${text}")
