# SPDX-License-Identifier: Apache-2.0
# cmake -DSOURCE_DIR=... -DVERSION=... -DOUT=... -P WriteVersion.cmake: writes version.h, and touches it only when it changes, so that a build without a new commit
# rebuilds nothing. Outside of a git checkout (a release archive) the commit reads "unknown".
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --match=
	OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR commit STREQUAL "")
	set(commit "unknown")
endif()
set(text "/* SPDX-License-Identifier: Apache-2.0 */\n/* Generated. */\n#ifndef CONFORM_VERSION_H\n#define CONFORM_VERSION_H\n\n#define CONFORM_VERSION \"${VERSION}\"\n#define CONFORM_COMMIT  \"${commit}\"\n\n#endif\n")
if(EXISTS ${OUT})
	file(READ ${OUT} old)
endif()
if(NOT "${old}" STREQUAL "${text}")
	file(WRITE ${OUT} "${text}")
endif()
