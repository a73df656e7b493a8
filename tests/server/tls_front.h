// TLS in front of a plain server, as an office puts a proxy before its witness: it shows a
// certificate and asks for none. One connection at a time.
#pragma once

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <thread>

#include "tests/server/certificates.h"
#include "tests/server/socket_client.h"

namespace kinledger::server {

class TlsFront {
 public:
  /// Certificate and key of `files`; `to` is the plain server's port.
  TlsFront(const TlsFiles& files, std::uint16_t to)
      : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
        to_(to),
        listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context_.get(), files.certificate.c_str()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_.get(), files.key.c_str(), SSL_FILETYPE_PEM), 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const bound = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listening_, bound, length), 0);
    EXPECT_EQ(::listen(listening_, 8), 0);
    EXPECT_EQ(::getsockname(listening_, bound, &length), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~TlsFront() {
    ::shutdown(listening_, SHUT_RDWR);  // accept() gives up
    thread_.join();
    ::close(listening_);
  }
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  std::string url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(port_);
  }

 private:
  using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;

  void run() {
    for (int socket; (socket = ::accept(listening_, nullptr, nullptr)) >= 0; ::close(socket)) {
      const Connection connection(SSL_new(context_.get()), SSL_free);
      SSL_set_fd(connection.get(), socket);
      if (SSL_accept(connection.get()) == 1) pass_on(*connection);
    }
  }
  /// One request and its answer.
  void pass_on(SSL& connection) const {
    std::string request;
    char piece[4096];
    while (!is_whole(request)) {
      const int read = SSL_read(&connection, piece, sizeof piece);
      if (read <= 0) return;
      request.append(piece, static_cast<std::size_t>(read));
    }
    const SocketClient plain(to_);
    plain.send(with_host_of(request));
    const auto answer = plain.read_all();
    SSL_write(&connection, answer.data(), static_cast<int>(answer.size()));
    SSL_shutdown(&connection);
  }
  static bool is_whole(const std::string& request) {
    const auto head = request.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const std::string field = "Content-Length: ";
    const auto at = request.find(field);
    const auto body = at < head ? std::stoul(request.substr(at + field.size())) : 0;
    return request.size() >= head + 4 + body;
  }
  /// A witness answers to its own address only.
  std::string with_host_of(std::string request) const {
    const auto at = request.find("Host: ");
    return request.replace(at, request.find("\r\n", at) - at,
                           "Host: 127.0.0.1:" + std::to_string(to_));
  }

  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  const std::uint16_t to_;
  const int listening_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace kinledger::server
