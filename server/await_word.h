// A coroutine that waits for one word from any thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace kinledger::server {

/// Calls `begin` with a function that is to be called once, on any thread, and goes on, on the
/// executor, with what that was given. Until then its io_context does not run out of work.
template <class Begin>
boost::asio::awaitable<bool> await_word(boost::asio::any_io_executor executor, Begin begin) {
  const auto work = boost::asio::make_work_guard(executor);
  co_return co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void(bool)>(
      [&](auto handler) {
        // A std::function is copied, and the handler cannot be.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        begin(std::function<void(bool)>([shared, executor](bool word) {
          boost::asio::post(executor, [shared, word] { std::move (*shared)(word); });
        }));
      },
      boost::asio::use_awaitable);
}

}  // namespace kinledger::server
