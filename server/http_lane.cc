#include "server/http_lane.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "server/await_word.h"

namespace kinledger::server {

namespace asio = boost::asio;

HttpLane::HttpLane(asio::io_context& io, HttpLaneOptions options)
    : io_(io), options_(std::move(options)), alarm_(io) {
  try {
    for (unsigned i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { take_jobs(); });
  } catch (...) {
    end();
    throw;
  }
}

void HttpLane::end() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_jobs_.notify_all();
  for (auto& thread : threads_) thread.join();
}

asio::awaitable<bool> HttpLane::run(std::function<void()> work,
                                    std::optional<std::chrono::milliseconds> patience) {
  const auto now = Clock::now();
  Job job{std::move(work), now, patience ? now + *patience : Clock::time_point::max(), nullptr};
  const bool was_done =
      co_await await_word(io_.get_executor(), [&](std::function<void(bool)> go_on) {
        job.go_on = std::move(go_on);
        put(job);
      });
  if (is_alarm_set_ && figures().waiting == 0) alarm_.cancel();
  co_return was_done;
}

void HttpLane::put(Job& job) {
  bool must_wait = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&job);
    must_wait = at_work_ + queue_.size() > options_.threads;
  }
  has_jobs_.notify_one();
  if (must_wait && !is_alarm_set_ && job.until != Clock::time_point::max())
    await_impatience(job.until);
}

/// One thread of the lane, named after it in what the system shows of threads.
void HttpLane::take_jobs() {
  constexpr std::size_t name_characters_max = 15;
  ::pthread_setname_np(::pthread_self(), options_.name.substr(0, name_characters_max).c_str());
  std::unique_lock lock(mutex_);
  while (true) {
    has_jobs_.wait(lock, [&] { return is_ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto& job = *queue_.front();
    queue_.pop_front();
    waited_ += Clock::now() - job.came;
    ++at_work_;
    lock.unlock();
    job.work();
    lock.lock();
    --at_work_;
    lock.unlock();
    // The job is gone as soon as it goes on.
    std::exchange(job.go_on, nullptr)(true);
    lock.lock();
  }
}

void HttpLane::await_impatience(Clock::time_point first) {
  is_alarm_set_ = true;
  alarm_.expires_at(first);
  alarm_.async_wait([this](const boost::system::error_code&) {
    is_alarm_set_ = false;
    give_up_the_impatient();
  });
}

void HttpLane::give_up_the_impatient() {
  std::list<Job*> given_up;
  auto next = Clock::time_point::max();
  {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    for (auto place = queue_.begin(); place != queue_.end();) {
      auto& job = **place;
      const auto here = place++;
      if (job.until > now) {
        next = std::min(next, job.until);
        continue;
      }
      given_up.splice(given_up.end(), queue_, here);
      waited_ += now - job.came;
      ++given_up_;
    }
  }
  if (next != Clock::time_point::max()) await_impatience(next);
  for (auto* job : given_up) std::exchange(job->go_on, nullptr)(false);
}

LaneFigures HttpLane::figures() const {
  const std::lock_guard lock(mutex_);
  return {options_.name, options_.threads, at_work_,
          queue_.size(), given_up_,        std::chrono::duration<double>(waited_).count()};
}

}  // namespace kinledger::server
