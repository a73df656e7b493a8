// Telling a story in commands: each is shown as a user would type it and then run by the same code
// as theirs, on a ledger whose time the story sets.
#pragma once

#include <string>
#include <vector>

#include "tools/command.h"

namespace kinledger::tools {

/// Thread rule: one thread.
class DemoStory {
 public:
  DemoStory(const Run& run, Terminal& terminal) : run_(run), terminal_(terminal) {}

  /// From here on it is nine o'clock, UTC+8, of this day: 2021-04-08.
  void day(const std::string& date);
  void tell(const Label& text);
  /// Shows and runs `kinledger words...`. False when it ends otherwise than expected; the story is
  /// then over.
  [[nodiscard]] bool command(const std::vector<std::string>& words, Exit expected = Exit::done);

  /// The surroundings in which the story's commands run.
  Environment environment() const { return {"", now_}; }
  /// With what the story ended.
  Exit exit() const { return exit_; }

 private:
  const Run& run_;
  Terminal& terminal_;
  std::string now_;
  Exit exit_ = Exit::done;
};

}  // namespace kinledger::tools
