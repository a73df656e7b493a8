// Turns (名额): how many of one kind of work may be under way at a time, so that it keeps no others
// from being answered.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>

namespace kinledger::server {

/// Thread rule: any thread.
class Turns {
 public:
  explicit Turns(std::size_t most) : left_(most) {}

  /// Given back when it goes.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(turns) {}
    ~Turn() {
      const std::lock_guard lock(turns_.mutex_);
      ++turns_.left_;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
  };

  /// Null when all are taken. Precondition: the turns outlive it.
  std::unique_ptr<Turn> take() {
    const std::lock_guard lock(mutex_);
    if (left_ == 0) return nullptr;
    --left_;
    return std::make_unique<Turn>(*this);
  }

 private:
  std::mutex mutex_;
  std::size_t left_;
};

}  // namespace kinledger::server
