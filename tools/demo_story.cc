#include "tools/demo_story.h"

namespace kinledger::tools {
namespace {

/// As it must be typed: quoted where the shell would take it apart.
std::string typed(const std::string& word) {
  return word.find_first_of(" *?$<>|&;()'\"") == std::string::npos ? word : "\"" + word + "\"";
}

}  // namespace

void DemoStory::day(const std::string& date) {
  now_ = date + "T09:00:00+08:00";
  terminal_.print_line("── " + date + " ──\n");
}

void DemoStory::tell(const Label& text) { terminal_.print_line(terminal_.say(text)); }

bool DemoStory::command(const std::vector<std::string>& words, Exit expected) {
  std::string line = "\n$ kinledger";
  for (const auto& word : words) line += " " + typed(word);
  terminal_.print_line(line);
  terminal_.flush();
  Terminal inner(terminal_, environment());
  const auto exit = run_(words, inner);
  inner.flush();
  terminal_.print_line("");
  if (exit == expected) return true;
  exit_ = exit == Exit::done ? Exit::not_verified : exit;
  return false;
}

}  // namespace kinledger::tools
