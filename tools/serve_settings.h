// Settings of the server (服务设置): from a file, above it the environment, above that the command
// line.
//
//   # /etc/kinledger/serve.toml
//   ledger = "/var/lib/kinledger/city"
//   listen = "0.0.0.0:8450"
//   host = ["ledger.example"]
//   tls = "/etc/kinledger/server.pem"
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/refusal.h"

namespace kinledger::tools {

/// One setting. In the environment `client-ca` is KINLEDGER_SERVE_CLIENT_CA; lists are separated by
/// commas there.
struct Setting {
  std::string_view name;
  std::variant<std::string*, std::vector<std::string>*> into;
};

inline constexpr std::size_t settings_bytes_max = 64 * 1024;

/// Gives a value to each setting that has none yet. Refused: CONFIG_UNREADABLE, CONFIG_SYNTAX,
/// CONFIG_UNKNOWN and CONFIG_TYPE, with file and line; CONFIG_UNKNOWN also for a variable of the
/// environment that begins with KINLEDGER_SERVE_ and is no setting.
ledger::Parsed<void> read_settings(const std::string& file, std::span<const Setting> settings);

}  // namespace kinledger::tools
