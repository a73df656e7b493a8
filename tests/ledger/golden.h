// Worked examples that are kept in the project: tests/ledger/golden/*.json.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "ledger/crypto.h"
#include "ledger/result.h"

namespace kinledger::ledger {

/// The value at a path such as "/sm2/vkey" of golden/NAME.
class Golden {
 public:
  explicit Golden(std::string_view name) {
    std::ostringstream text;
    text << std::ifstream(std::filesystem::path(KINLEDGER_SOURCE_DIR) / "tests/ledger/golden" /
                          name)
                .rdbuf();
    value_ = boost::json::parse(text.str());
  }

  std::string text(std::string_view path) const {
    return std::string(value_.at_pointer(path).as_string());
  }
  /// Of hexadecimal digits.
  Bytes bytes(std::string_view path) const {
    const auto hex = text(path);
    Bytes out(hex.size() / 2);
    invariant(from_hex(hex, out), path);
    return out;
  }
  Key256 key(std::string_view path) const {
    const auto all = bytes(path);
    return Key256(std::span(all).first<Key256::size_bytes>());
  }

 private:
  boost::json::value value_;
};

}  // namespace kinledger::ledger
