// A client that speaks TLS over a real socket and sends any bytes whatever inside.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "tests/server/certificates.h"
#include "tests/server/socket_client.h"

namespace kinledger::server {

class TlsClient {
 public:
  /// Comes with the certificate of `name`; empty: with none. `version` is the highest it speaks.
  TlsClient(std::uint16_t port, const Certificates& certificates, const std::string& name,
            int version = TLS1_3_VERSION)
      : socket_(port),
        context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
        connection_(nullptr, SSL_free) {
    SSL_CTX_set_max_proto_version(context_.get(), version);
    if (!name.empty()) {
      EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context_.get(),
                                                   certificates.certificate(name).c_str()),
                1);
      EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_.get(), certificates.key(name).c_str(),
                                            SSL_FILETYPE_PEM),
                1);
    }
    connection_.reset(SSL_new(context_.get()));
    SSL_set_fd(connection_.get(), socket_.handle());
    is_connected_ = SSL_connect(connection_.get()) == 1;
  }

  bool is_connected() const { return is_connected_; }
  /// SHA-256 of the certificate that the server showed.
  ledger::Hash server_fingerprint() const {
    ledger::Hash hash;
    unsigned length = 0;
    auto* const shown = SSL_get1_peer_certificate(connection_.get());
    EXPECT_EQ(X509_digest(shown, EVP_sha256(), hash.bytes.data(), &length), 1);
    X509_free(shown);
    return hash;
  }
  bool send(std::string_view bytes) const {
    return SSL_write(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }
  /// Up to `end`, or all that arrives when it does not come.
  std::string read_until(std::string_view end) const {
    std::string text;
    char byte = 0;
    while (!text.ends_with(end) && SSL_read(connection_.get(), &byte, 1) == 1) text += byte;
    return text;
  }
  std::string read_all() const { return read_until("\xff\xff"); }
  /// One response with a Content-Length.
  std::string read_response() const {
    auto text = read_until("\r\n\r\n");
    const auto length = text.find("Content-Length: ");
    if (length == std::string::npos) return text;
    const auto bytes = std::stoul(text.substr(length + 16));
    char byte = 0;
    for (std::size_t i = 0; i < bytes && SSL_read(connection_.get(), &byte, 1) == 1; ++i)
      text += byte;
    return text;
  }
  /// The response to a request on a connection that goes on.
  std::string ask(const std::string& first_line, const std::string& fields = "",
                  const std::string& body = "") const {
    send(first_line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields +
         (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" +
         body);
    return read_response();
  }

 private:
  SocketClient socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> connection_;
  bool is_connected_ = false;
};

}  // namespace kinledger::server
