#!/bin/bash -eu
# SPDX-License-Identifier: Apache-2.0
# http://www.apache.org/licenses/LICENSE-2.0
exec "$SRC/conform/ci/fuzz-build"
