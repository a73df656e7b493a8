// SIGINT and SIGTERM as a request to stop, for commands that go on until they are told to.
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace kinledger::tools {

/// While it lives the signals do not end the process. One at a time, and before other threads are
/// started: they keep the signals from themselves as the thread that made it does.
class StopOnSignals {
 public:
  StopOnSignals();
  ~StopOnSignals();
  StopOnSignals(const StopOnSignals&) = delete;
  StopOnSignals& operator=(const StopOnSignals&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t before_;
  std::stop_source source_;
  std::thread waiting_;
};

}  // namespace kinledger::tools
