// Documents that hold what the program says of itself. With KINLEDGER_UPDATE_DOCS=1 in the
// environment a test writes the section anew instead of failing.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace kinledger {

/// The document holds the text as its section from the line `begin` to the line `end`, both left
/// out; an empty `end` is the end of the file.
inline void expect_documented(const std::string& name, const std::string& text,
                              std::string_view begin, std::string_view end = {}) {
  const auto path = std::filesystem::path(KINLEDGER_SOURCE_DIR) / "docs" / name;
  std::ostringstream read;
  read << std::ifstream(path, std::ios::binary).rdbuf();
  auto document = read.str();
  const auto at = document.find("\n" + std::string(begin) + "\n");
  ASSERT_NE(at, std::string::npos) << name << " has no line: " << begin;
  const auto from = at + begin.size() + 2;
  const auto until =
      end.empty() ? document.size() : document.find("\n" + std::string(end) + "\n", from);
  ASSERT_NE(until, std::string::npos) << name << " has no line: " << end;
  const auto wanted = "\n" + text;
  if (document.substr(from, until - from) == wanted) return;
  if (std::getenv("KINLEDGER_UPDATE_DOCS") == nullptr) {
    FAIL() << name << " does not say what the program does below: " << begin
           << "\nrun the test with KINLEDGER_UPDATE_DOCS=1 and read the difference";
  }
  document.replace(from, until - from, wanted);
  std::ofstream(path, std::ios::binary) << document;
}

}  // namespace kinledger
