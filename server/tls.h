// TLS (传输层安全) for the listener and for the client: version 1.3 only, both sides with a
// certificate (a client that asks witnesses has none), no session is resumed and nothing is sent
// early.
//
// Who may come in is decided twice: here by the authority that signed the certificate, its time and
// the authority's list of revoked ones (CRL); then by its fingerprint (server/principal.h).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "ledger/result.h"
#include "ledger/types.h"

namespace boost::asio::ssl {
class context;
}

namespace kinledger::server {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM, the chain behind it
  std::filesystem::path key;          ///< PEM, readable by its owner alone
  std::filesystem::path authorities;  ///< PEM: who signs the certificates of the other side
  std::filesystem::path revocations;  ///< PEM: their CRLs, read again when it changes; empty: none
  std::chrono::milliseconds looked_at_every{10'000};  ///< the file of the CRLs
};

/// The certificate that a connection was made with.
class PeerCertificate {
 public:
  struct Parts;
  explicit PeerCertificate(std::unique_ptr<Parts> parts);
  ~PeerCertificate();
  PeerCertificate(const PeerCertificate&) = delete;
  PeerCertificate& operator=(const PeerCertificate&) = delete;

  /// SHA-256 of the certificate (DER).
  const ledger::Hash& fingerprint() const;
  const Parts& parts() const { return *parts_; }

 private:
  const std::unique_ptr<Parts> parts_;
};

/// SHA-256 of the first certificate in a PEM file. `invalid` when there is none.
ledger::Result<ledger::Hash> read_fingerprint(const std::filesystem::path& certificate);

/// Thread rule: any thread.
class Tls {
 public:
  /// `invalid`, naming the file, when one cannot be used: absent, not PEM, a key of another
  /// certificate, a key that others can read, a list of revoked ones that nobody of the authorities
  /// signed.
  static ledger::Result<std::unique_ptr<Tls>> for_server(
      const TlsFiles& files, std::function<void(std::string_view)> warn);
  /// Without certificate and key none is shown; without `authorities` those count that the system
  /// trusts.
  static ledger::Result<std::unique_ptr<Tls>> for_client(const TlsFiles& files);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  /// Reads all files again (a renewed certificate, other authorities). Connections that are there
  /// go on with what they were made with; new ones get what was read. Failures are those of
  /// for_server(): then everything stays as it was.
  ledger::Result<void> reload();

  /// For one connection: a later one may get another.
  std::shared_ptr<boost::asio::ssl::context> context();
  /// Of a connection whose handshake is done; null when it has none. `connection` is an SSL*.
  static std::shared_ptr<const PeerCertificate> peer_of(void* connection);
  /// Whether the certificate may still be used now: connections outlive certificates.
  bool accepts(const PeerCertificate& peer);

 private:
  struct Parts;
  explicit Tls(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace kinledger::server
