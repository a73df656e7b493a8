// The field Idempotency-Key: a string of RFC 8941 ("april"), or, where the key is not plain ASCII,
// a display string of RFC 9651 (%"2021%e5%b9%b4").
#pragma once

#include <string>
#include <string_view>

#include "server/http_message.h"

namespace kinledger::server {

/// The key in the value of the field; a key without quotes is taken as it is. Empty: none.
std::string read_idempotency_key(std::string_view field);
/// The field for a key.
HttpField idempotency_field(std::string_view key);

}  // namespace kinledger::server
