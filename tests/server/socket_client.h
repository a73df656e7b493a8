// A client that sends any bytes whatever over a real socket and waits for what comes back.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "server/http_listener.h"

namespace kinledger::server {

class SocketClient {
 public:
  /// `from` is an address of 127.0.0.0/8.
  explicit SocketClient(std::uint16_t port, const char* from = "127.0.0.1")
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &address.sin_addr);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~SocketClient() { ::close(socket_); }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  /// False once the other side does not take it.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  int handle() const { return socket_; }
  void shut() const { ::shutdown(socket_, SHUT_WR); }
  /// Closes with a reset.
  void reset() const {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  /// What arrives until the other side closes.
  std::string read_all() const {
    std::string all;
    while (read_more(all)) {
    }
    return all;
  }
  /// Whether anything, or the end, arrives in that time.
  bool has_arrived(std::chrono::milliseconds within) const {
    pollfd waited{socket_, POLLIN, 0};
    return ::poll(&waited, 1, static_cast<int>(within.count())) != 0;
  }
  /// Up to the first empty line.
  std::string read_head() const { return read_until("\r\n\r\n"); }
  /// Up to `end`, or all that arrives when it does not come.
  std::string read_until(std::string_view end) const {
    std::string text;
    char byte = 0;
    while (!text.ends_with(end) && ::recv(socket_, &byte, 1, 0) == 1) text += byte;
    return text;
  }
  /// One response with a Content-Length.
  std::string read_response() const {
    std::string text;
    while (true) {
      const auto end = text.find("\r\n\r\n");
      const auto length = text.find("Content-Length: ");
      if (end != std::string::npos && length < end &&
          text.size() >= end + 4 + std::stoul(text.substr(length + 16)))
        return text;
      if (!read_more(text)) return text;
    }
  }

 private:
  bool read_more(std::string& text) const {
    char bytes[4096];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count > 0) text.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  const int socket_;
};

/// A listener that serves on a thread of its own until it goes out of scope.
class Serving {
 public:
  Serving(HttpOptions options, HttpHandler handler)
      : listener_(HttpListener::open(std::move(options), std::move(handler)).value()),
        thread_([this] { listener_->run(); }) {}
  ~Serving() { stop(); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  void stop() {
    listener_->stop();
    wait();
  }
  /// Until it ends by itself.
  void wait() {
    if (thread_.joinable()) thread_.join();
  }
  std::uint16_t port() const { return listener_->address().port; }
  HttpListener& listener() { return *listener_; }

 private:
  std::unique_ptr<HttpListener> listener_;
  std::thread thread_;
};

/// The status of a response; 0 when there is none.
inline int status_of(std::string_view response) {
  constexpr std::string_view begin = "HTTP/1.1 ";
  if (!response.starts_with(begin)) return 0;
  return std::atoi(std::string(response.substr(begin.size(), 3)).c_str());
}

}  // namespace kinledger::server
