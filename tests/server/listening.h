// A listener that echoes, and clients that send it any bytes whatever.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/server/socket_client.h"

namespace kinledger::server {

inline const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
inline const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";

class HttpListenerTest : public testing::Test {
 protected:
  HttpOptions options() {
    HttpOptions out;
    out.body_bytes_max = 100;
    out.warn = [this](std::string_view what) {
      const std::lock_guard lock(mutex_);
      warned_ += what;
    };
    out.refused = [this](unsigned status) {
      const std::lock_guard lock(mutex_);
      refused_.push_back(status);
    };
    return out;
  }
  HttpHandler echo() {
    return [this](const HttpRequest& request) -> HttpResponse {
      ++handled_;
      return {200, "text/plain", {}, request.method + " " + request.target + " " + request.body};
    };
  }
  void serve() { serve(options(), echo()); }
  void serve(HttpOptions with, HttpHandler handler) {
    serving_ = std::make_unique<Serving>(std::move(with), std::move(handler));
  }
  /// Sends the bytes and waits for the connection to be closed.
  std::string exchange(const std::string& bytes) {
    const SocketClient client(serving_->port());
    client.send(bytes);
    return client.read_all();
  }

  /// What was refused without a word of the handler, since this was asked last.
  std::vector<unsigned> refused() {
    const std::lock_guard lock(mutex_);
    return std::exchange(refused_, {});
  }

  std::mutex mutex_;
  std::string warned_;
  std::vector<unsigned> refused_;
  std::atomic<int> handled_ = 0;
  std::unique_ptr<Serving> serving_;
};

}  // namespace kinledger::server
