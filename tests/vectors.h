// Test vectors of others, beside the checkout where they are kept. Tests that read them are skipped
// where they are not.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace kinledger {

/// The JSON of ../shared/vectors/NAME; nothing where there is no such file.
inline std::optional<boost::json::value> shared_vectors(const std::string& name) {
  const auto path =
      std::filesystem::path(KINLEDGER_SOURCE_DIR).parent_path() / "shared" / "vectors" / name;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return boost::json::parse(text.str());
}

}  // namespace kinledger
