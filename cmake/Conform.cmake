# SPDX-License-Identifier: Apache-2.0
# How every target of the house is built: one library per folder, its public headers in <folder>/include or beside its
# sources, PRIVATE dependencies only, so that an include which points the wrong way does not resolve.

find_package(PkgConfig REQUIRED)
pkg_check_modules(YAJL REQUIRED IMPORTED_TARGET yajl)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(CAP REQUIRED IMPORTED_TARGET libcap)
pkg_check_modules(CHECK IMPORTED_TARGET check)
# For --systemd-cgroup, which refrun does without where it is missing.
pkg_check_modules(SYSTEMD IMPORTED_TARGET libsystemd)

# The archives, where the distribution has them: refrun is a static program, and every other one starts faster without the loader's work.
foreach(pair "YAJL;libyajl_s.a" "SECCOMP;libseccomp.a" "CAP;libcap.a")
	list(GET pair 0 lib)
	list(GET pair 1 file)
	find_library(${lib}_ARCHIVE ${file})
	if(${lib}_ARCHIVE)
		set_target_properties(PkgConfig::${lib} PROPERTIES INTERFACE_LINK_LIBRARIES ${${lib}_ARCHIVE})
	endif()
endforeach()

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1") # asserts stay: they guard against our own bugs, and cost nothing that can be measured
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g") # nor do fuzzers go without them

add_library(conform_flags INTERFACE)
target_compile_definitions(conform_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
target_compile_options(conform_flags INTERFACE
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2
	-Ulinux # gnu17 predefines it, and it is the name of a member
	-Wno-format-nonliteral -fno-strict-aliasing $<$<BOOL:${CONFORM_WERROR}>:-Werror>
	$<$<CONFIG:Debug>:-O1 -g>)

# Sanitizers and coverage change the ABI of a whole program, so they go to every object but those of the static programs.
add_library(conform_instrument INTERFACE)
if(CONFORM_SANITIZE)
	target_compile_options(conform_instrument INTERFACE -fsanitize=${CONFORM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
	target_link_options(conform_instrument INTERFACE -fsanitize=${CONFORM_SANITIZE})
endif()
if(CONFORM_SANITIZE_REPORTS)
	# In every instrumented program, and not instrumented itself.
	add_library(sanitizer_reports STATIC ${PROJECT_SOURCE_DIR}/ci/sanitize.d/reports.c)
	target_link_libraries(sanitizer_reports PRIVATE conform_flags)
	target_link_options(conform_instrument INTERFACE -Wl,-u,sanitizer_reports_map)
	target_link_libraries(conform_instrument INTERFACE sanitizer_reports)
	add_executable(canary ${PROJECT_SOURCE_DIR}/ci/sanitize.d/canary.c)
	target_link_libraries(canary PRIVATE conform_flags conform_instrument)
endif()
if(CONFORM_FUZZ AND CONFORM_FUZZ_INSTRUMENT)
	target_compile_options(conform_instrument INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CONFORM_COVERAGE)
	target_compile_options(conform_instrument INTERFACE -fprofile-instr-generate -fcoverage-mapping)
	target_link_options(conform_instrument INTERFACE -fprofile-instr-generate)
endif()

# conform_library(NAME SOURCES... [INCLUDE dirs...] [DEPS libs...] [PRIVATE_DEPS libs...])
# INCLUDE: directories that those who list this target in DEPS may include. DEPS are seen by this target's sources only; their headers are passed on
# where a public header of this one needs them: list such targets in PUBLIC_DEPS.
function(conform_library name)
	cmake_parse_arguments(A "" "" "SOURCES;INCLUDE;DEPS;PUBLIC_DEPS" ${ARGN})
	add_library(${name} STATIC ${A_SOURCES})
	target_include_directories(${name} PUBLIC ${A_INCLUDE} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
	target_link_libraries(${name} PUBLIC ${A_PUBLIC_DEPS} PRIVATE conform_flags conform_instrument ${A_DEPS})
endfunction()

# conform_test(NAME SOURCES... DEPS...): a check(3) program, run by ctest below a guardian (base/tests/guard.h). Tests that need root say so themselves and skip (exit 77).
function(conform_test name)
	cmake_parse_arguments(A "" "" "SOURCES;DEPS;ARGS" ${ARGN})
	if(NOT BUILD_TESTING OR NOT CHECK_FOUND)
		return()
	endif()
	add_executable(${name} ${A_SOURCES} ${PROJECT_SOURCE_DIR}/base/tests/guard.c ${PROJECT_SOURCE_DIR}/base/tests/suite.c)
	target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/base/tests)
	target_link_options(${name} PRIVATE LINKER:--wrap=mkdtemp)
	# check's macros format with literals that -Wformat=2 cannot see through
	target_compile_options(${name} PRIVATE -Wno-format-nonliteral -Wno-format-extra-args)
	target_link_libraries(${name} PRIVATE conform_flags conform_instrument ${A_DEPS} PkgConfig::CHECK)
	add_test(NAME ${name} COMMAND ${name} ${A_ARGS})
	# check(3) gives a test four seconds, which a busy machine may not have
	set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120 ENVIRONMENT CK_DEFAULT_TIMEOUT=30)
endfunction()

# version.h with CONFORM_VERSION and CONFORM_COMMIT: link conform_version to include it.
set(version_dir ${CMAKE_BINARY_DIR}/generated/version)
add_custom_target(write_version BYPRODUCTS ${version_dir}/version.h
	COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION} -DOUT=${version_dir}/version.h -P ${CMAKE_SOURCE_DIR}/cmake/WriteVersion.cmake)
add_library(conform_version INTERFACE)
target_include_directories(conform_version INTERFACE ${version_dir})
add_dependencies(conform_version write_version)
