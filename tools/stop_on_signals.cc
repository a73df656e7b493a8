#include "tools/stop_on_signals.h"

#include <pthread.h>

namespace kinledger::tools {

StopOnSignals::StopOnSignals() {
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &awaited, &before_);
  waiting_ = std::thread([awaited, source = source_]() mutable {
    int signal = 0;
    sigwait(&awaited, &signal);
    source.request_stop();
  });
}

StopOnSignals::~StopOnSignals() {
  // For the thread alone; where it has ended already, nobody gets it.
  pthread_kill(waiting_.native_handle(), SIGINT);
  waiting_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace kinledger::tools
