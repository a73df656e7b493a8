// Test vectors of others, beside the checkout where they are kept. Tests that read them are skipped
// where they are not.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace kinledger {

/// The JSON of vectors/NAME in $KINLEDGER_SHARED or ../shared; nothing where there is no such file.
inline std::optional<boost::json::value> shared_vectors(const std::string& name) {
  const char* const named = std::getenv("KINLEDGER_SHARED");
  const auto shared = named != nullptr
                          ? std::filesystem::path(named)
                          : std::filesystem::path(KINLEDGER_SOURCE_DIR).parent_path() / "shared";
  std::ifstream in(shared / "vectors" / name, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return boost::json::parse(text.str());
}

}  // namespace kinledger
