// What a connection reads from and writes to (通道): a socket, or TLS on a socket. It is an
// AsyncStream of Asio and Beast, so that nothing above it knows which.
//
// Every operation is under the deadline of expires_after(), also those that TLS makes of it, and
// fails when that is over.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "server/http_deadline.h"
#include "server/tls.h"

namespace kinledger::server {

/// An operation of Asio gives its error and what it did, and does not throw.
inline constexpr auto completes = boost::asio::as_tuple(boost::asio::use_awaitable);

class HttpChannel {
 public:
  using executor_type = boost::asio::ip::tcp::socket::executor_type;

  /// `tls` is null for plain HTTP; it must outlive the channel.
  template <class SocketOrExecutor>
  HttpChannel(SocketOrExecutor&& socket, Tls* tls)
      : socket_(std::forward<SocketOrExecutor>(socket)), deadline_(socket_), tls_(tls) {
    if (tls != nullptr) secured_.emplace(socket_, *tls->context());
  }

  executor_type get_executor() { return socket_.get_executor(); }
  boost::asio::ip::tcp::socket& socket() { return socket_; }
  void expires_after(std::chrono::milliseconds time) { deadline_.expires_after(time); }
  void expires_never() { deadline_.expires_never(); }
  /// Whether the deadline was over since it was set last.
  bool is_late() const { return deadline_.is_over(); }
  void cancel() {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }

  /// To the first of them that can be reached.
  boost::asio::awaitable<boost::system::error_code> connect(
      boost::asio::ip::tcp::resolver::results_type found) {
    boost::system::error_code error = boost::asio::error::host_not_found;
    for (const auto& endpoint : found) {
      boost::system::error_code ignored;
      socket_.close(ignored);
      std::tie(error) = co_await socket_.async_connect(endpoint, completes);
      if (!error || is_late()) break;
    }
    co_return error;
  }
  /// Does nothing without TLS. False when the other side is not who may come in.
  boost::asio::awaitable<bool> shake_hands() {
    if (!secured_) co_return true;
    const auto [error] =
        co_await secured_->async_handshake(boost::asio::ssl::stream_base::server, completes);
    if (error) co_return false;
    peer_ = Tls::peer_of(secured_->native_handle());
    co_return peer_ != nullptr;
  }
  /// As a client, which checks that the certificate is that of `host`.
  boost::asio::awaitable<boost::system::error_code> shake_hands_with(const std::string& host) {
    if (!secured_) co_return boost::system::error_code();
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(host, not_an_address);
    if (not_an_address) SSL_set_tlsext_host_name(secured_->native_handle(), host.c_str());
    secured_->set_verify_callback(boost::asio::ssl::host_name_verification(host));
    const auto [error] =
        co_await secured_->async_handshake(boost::asio::ssl::stream_base::client, completes);
    co_return error;
  }
  /// The last that is sent.
  boost::asio::awaitable<void> end() {
    boost::system::error_code ignored;
    if (secured_ && peer_) (void)co_await secured_->async_shutdown(completes);
    socket().shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
  }

  const PeerCertificate* peer() const { return peer_.get(); }
  /// Whether the other side's certificate is still good. Always without TLS.
  bool is_trusted() const { return tls_ == nullptr || (peer_ && tls_->accepts(*peer_)); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return secured_ ? secured_->async_read_some(buffers, std::forward<Token>(token))
                    : socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return secured_ ? secured_->async_write_some(buffers, std::forward<Token>(token))
                    : socket_.async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  boost::asio::ip::tcp::socket socket_;
  HttpDeadline deadline_;
  Tls* tls_;
  std::optional<boost::beast::ssl_stream<boost::asio::ip::tcp::socket&>> secured_;
  std::shared_ptr<const PeerCertificate> peer_;
};

}  // namespace kinledger::server
