// Base64 of RFC 4648 section 4, as the formats of transparency logs use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/types.h"

namespace kinledger::ledger {

std::string to_base64(ByteView bytes);
/// Nothing unless the text is exactly to_base64() of some bytes: no spaces, no missing padding, no
/// bits behind the last byte.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace kinledger::ledger
