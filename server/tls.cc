#include "server/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <boost/asio/ssl/context.hpp>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace kinledger::server {

using ledger::Error;
using ledger::Failure;
using ledger::Result;

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using File = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;

constexpr unsigned char session_context[] = "kinledger";

Error unusable(const std::filesystem::path& file, std::string_view why) {
  ERR_clear_error();
  return {Failure::invalid, file.string() + ": " + std::string(why)};
}

/// A file that is missing is not told as one that holds the wrong thing.
Result<void> check_readable(const std::filesystem::path& path) {
  if (::access(path.c_str(), R_OK) == 0) return {};
  return unusable(path, std::string("this file cannot be read: ") + std::strerror(errno));
}

File open_file(const std::filesystem::path& path) { return File(BIO_new_file(path.c_str(), "r")); }

template <class Pointer, auto Read>
std::vector<Pointer> read_all(const std::filesystem::path& path) {
  std::vector<Pointer> all;
  if (const auto file = open_file(path))
    while (auto* one = Read(file.get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
  ERR_clear_error();
  return all;
}

std::vector<Certificate> read_certificates(const std::filesystem::path& path) {
  return read_all<Certificate, PEM_read_bio_X509>(path);
}

ledger::Hash fingerprint_of(const X509* certificate) {
  ledger::Hash hash;
  unsigned length = 0;
  const bool done = X509_digest(certificate, EVP_sha256(), hash.bytes.data(), &length) == 1 &&
                    length == hash.bytes.size();
  invariant(done, "X509_digest");
  return hash;
}

/// Keys are for their owner alone.
bool is_private(const std::filesystem::path& key) {
  using std::filesystem::perms;
  std::error_code error;
  const auto status = std::filesystem::status(key, error);
  return error || (status.permissions() & (perms::group_all | perms::others_all)) == perms::none;
}

}  // namespace

struct PeerCertificate::Parts {
  Certificate certificate;
  ledger::Hash fingerprint;
};

PeerCertificate::PeerCertificate(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PeerCertificate::~PeerCertificate() = default;
const ledger::Hash& PeerCertificate::fingerprint() const { return parts_->fingerprint; }

Result<ledger::Hash> read_fingerprint(const std::filesystem::path& path) {
  if (const auto there = check_readable(path); !there) return there.error();
  const auto certificates = read_certificates(path);
  if (certificates.empty()) return unusable(path, "there is no certificate (PEM) in it");
  return fingerprint_of(certificates.front().get());
}

namespace {

/// What the files hold.
struct Loaded {
  std::shared_ptr<boost::asio::ssl::context> context;
  std::vector<Certificate> authorities;
  std::vector<RevocationList> revoked;
};

Result<std::vector<RevocationList>> read_revocations(const std::filesystem::path& file,
                                                     const std::vector<Certificate>& authorities) {
  if (const auto there = check_readable(file); !there) return there.error();
  auto lists = read_all<RevocationList, PEM_read_bio_X509_CRL>(file);
  if (lists.empty()) return unusable(file, "there is no CRL (PEM) in it");
  for (const auto& list : lists) {
    const bool is_signed = std::any_of(authorities.begin(), authorities.end(), [&](const auto& by) {
      return X509_NAME_cmp(X509_get_subject_name(by.get()), X509_CRL_get_issuer(list.get())) == 0 &&
             X509_CRL_verify(list.get(), X509_get0_pubkey(by.get())) == 1;
    });
    if (!is_signed) return unusable(file, "none of the authorities signed this CRL");
  }
  ERR_clear_error();
  return lists;
}

/// What holds for every connection.
void set_up(SSL_CTX* handle) {
  SSL_CTX_set_min_proto_version(handle, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(handle, 0);
  SSL_CTX_set_options(handle, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_id_context(handle, session_context, sizeof session_context);
  SSL_CTX_set_verify(handle, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

/// Clients refuse what is not valid now, or not for a server.
Result<void> check_own(const X509* certificate, const TlsFiles& files, bool is_client) {
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
    return unusable(files.certificate, "this certificate has expired: renew it");
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
    return unusable(files.certificate, "this certificate is not valid yet");
  const auto purpose = is_client ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER;
  if (X509_check_purpose(const_cast<X509*>(certificate), purpose, 0) != 1)
    return unusable(files.certificate,
                    is_client
                        ? "this certificate is not for a client (extendedKeyUsage clientAuth)"
                        : "this certificate is not for a server (extendedKeyUsage serverAuth)");
  return {};
}

/// Certificate and key.
Result<void> load_own(SSL_CTX* handle, const TlsFiles& files, bool is_client) {
  for (const auto* file : {&files.certificate, &files.key})
    if (const auto there = check_readable(*file); !there) return there.error();
  if (!is_private(files.key))
    return unusable(files.key, "others can read this key: chmod 600, and think of a new one");
  if (SSL_CTX_use_certificate_chain_file(handle, files.certificate.c_str()) != 1)
    return unusable(files.certificate, "this is no certificate chain (PEM)");
  if (SSL_CTX_use_PrivateKey_file(handle, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(handle) != 1)
    return unusable(files.key, "this is no private key (PEM) of that certificate");
  return check_own(SSL_CTX_get0_certificate(handle), files, is_client);
}

Result<Loaded> load(const TlsFiles& files, boost::asio::ssl::context::method method) {
  Loaded loaded{std::make_shared<boost::asio::ssl::context>(method), {}, {}};
  auto* const handle = loaded.context->native_handle();
  const bool is_client = method == boost::asio::ssl::context::tls_client;
  if (!is_client || !files.certificate.empty() || !files.key.empty())
    if (const auto own = load_own(handle, files, is_client); !own) return own.error();
  if (is_client && files.authorities.empty()) {
    invariant(SSL_CTX_set_default_verify_paths(handle) == 1);
    set_up(handle);
    return loaded;
  }
  if (const auto there = check_readable(files.authorities); !there) return there.error();
  loaded.authorities = read_certificates(files.authorities);
  if (loaded.authorities.empty() ||
      SSL_CTX_load_verify_locations(handle, files.authorities.c_str(), nullptr) != 1)
    return unusable(files.authorities, "there is no certificate (PEM) of an authority in it");
  SSL_CTX_set_client_CA_list(handle, SSL_load_client_CA_file(files.authorities.c_str()));
  set_up(handle);
  if (files.revocations.empty()) return loaded;
  auto read = read_revocations(files.revocations, loaded.authorities);
  if (!read) return read.error();
  loaded.revoked = std::move(*read);
  return loaded;
}

}  // namespace

struct Tls::Parts {
  Parts(const TlsFiles& from, boost::asio::ssl::context::method speaks)
      : files(from), method(speaks) {}

  const TlsFiles files;
  const boost::asio::ssl::context::method method;
  std::function<void(std::string_view)> warn = [](std::string_view) {};

  std::mutex mutex;  // guards what follows
  Loaded loaded;
  std::filesystem::file_time_type revoked_written;
  std::chrono::steady_clock::time_point looked_at;

  Result<void> load_again();
  void look_at_revocations();
};

Result<void> Tls::Parts::load_again() {
  auto read = load(files, method);
  if (!read) return read.error();
  const std::lock_guard lock(mutex);
  loaded = std::move(*read);
  return {};
}

/// A list that is broken while it is being replaced does not let the revoked ones in again: the one
/// before stays in force. Precondition: `mutex` is held.
void Tls::Parts::look_at_revocations() {
  const auto now = std::chrono::steady_clock::now();
  if (files.revocations.empty() || now - looked_at < files.looked_at_every) return;
  looked_at = now;
  std::error_code error;
  const auto written = std::filesystem::last_write_time(files.revocations, error);
  if (!error && written == revoked_written) return;
  auto read = read_revocations(files.revocations, loaded.authorities);
  if (!read) return warn("still using the CRL read before: " + read.error().what);
  auto& revoked = loaded.revoked;
  revoked = std::move(*read);
  revoked_written = written;
  for (const auto& list : revoked)
    if (const auto* next = X509_CRL_get0_nextUpdate(list.get());
        next != nullptr && X509_cmp_current_time(next) < 0)
      warn("the CRL in " + files.revocations.string() + " should have been replaced by now");
}

Tls::Tls(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Tls::~Tls() = default;

Result<std::unique_ptr<Tls>> Tls::for_server(const TlsFiles& files,
                                             std::function<void(std::string_view)> warn) {
  auto parts = std::make_unique<Parts>(files, boost::asio::ssl::context::tls_server);
  parts->warn = std::move(warn);
  if (const auto loaded = parts->load_again(); !loaded) return loaded.error();
  return std::unique_ptr<Tls>(new Tls(std::move(parts)));
}

Result<std::unique_ptr<Tls>> Tls::for_client(const TlsFiles& files) {
  auto parts = std::make_unique<Parts>(files, boost::asio::ssl::context::tls_client);
  if (const auto loaded = parts->load_again(); !loaded) return loaded.error();
  return std::unique_ptr<Tls>(new Tls(std::move(parts)));
}

Result<void> Tls::reload() { return parts_->load_again(); }

std::shared_ptr<boost::asio::ssl::context> Tls::context() {
  const std::lock_guard lock(parts_->mutex);
  return parts_->loaded.context;
}

std::shared_ptr<const PeerCertificate> Tls::peer_of(void* connection) {
  auto* const certificate = SSL_get1_peer_certificate(static_cast<SSL*>(connection));
  if (certificate == nullptr) return nullptr;
  auto parts = std::make_unique<PeerCertificate::Parts>();
  parts->certificate.reset(certificate);
  parts->fingerprint = fingerprint_of(certificate);
  return std::make_shared<const PeerCertificate>(std::move(parts));
}

bool Tls::accepts(const PeerCertificate& peer) {
  auto* const certificate = peer.parts().certificate.get();
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0 ||
      X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
    return false;
  const std::lock_guard lock(parts_->mutex);
  parts_->look_at_revocations();
  for (const auto& list : parts_->loaded.revoked) {
    X509_REVOKED* entry = nullptr;
    const bool is_its =
        X509_NAME_cmp(X509_get_issuer_name(certificate), X509_CRL_get_issuer(list.get())) == 0;
    if (is_its && X509_CRL_get0_by_cert(list.get(), &entry, certificate) == 1) return false;
  }
  return true;
}

}  // namespace kinledger::server
