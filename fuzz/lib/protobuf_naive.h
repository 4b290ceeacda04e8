/* SPDX-License-Identifier: Apache-2.0 */
/* Another reading of protocol buffers (https://protobuf.dev/programming-guides/encoding/), which
 * walks the whole message for each member. Groups are not read. */
#ifndef FUZZ_PROTOBUF_NAIVE_H
#define FUZZ_PROTOBUF_NAIVE_H

#include "criu_answer.h"

/* criu_resp of criu's rpc.proto; false: the bytes are none. */
bool protobuf_naive_answer(const uint8_t *p, size_t len, struct criu_answer *ret);

#endif
