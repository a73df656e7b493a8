// A pass over many subjects, on another thread, and how far it is on the terminal.
#pragma once

#include <chrono>
#include <future>

#include "projections/pass_progress.h"
#include "tools/progress.h"

namespace kinledger::tools {

/// What `pass` returns; it fills the progress that is shown meanwhile.
auto run_shown(Terminal& terminal, Label what, auto pass) {
  projections::PassProgress passed;
  auto result = std::async(std::launch::async, [&] { return pass(passed); });
  Progress shown(terminal, std::move(what), {"个对象", "subjects"});
  while (result.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
    shown.update(passed.passed(), passed.expected());
  return result.get();
}

}  // namespace kinledger::tools
