// An authority that signs certificates, and the files that TLS wants of it.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/tls.h"

namespace kinledger::server {

class Certificates {
 public:
  /// Its files go into the directory.
  explicit Certificates(const std::filesystem::path& directory, const std::string& name = "ca")
      : directory_(directory), name_(name) {
    key_ = new_key();
    authority_ = make(name, key_.get(), Times{}, "");
    write_certificate(authority(), authority_.get());
  }

  /// Of a certificate, in seconds from now.
  struct Times {
    long from = -60;
    long until = 3600;
  };
  /// A certificate for `name` and its key; a server's is for 127.0.0.1.
  void issue(const std::string& name) { issue(name, Times{}); }
  void issue(const std::string& name, Times times) {
    const auto key = new_key();
    auto made = make(name, key.get(), times, name == "server" ? "IP:127.0.0.1" : "");
    write_certificate(certificate(name), made.get());
    std::FILE* const file = std::fopen(this->key(name).c_str(), "w");
    EXPECT_EQ(PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    std::fclose(file);
    std::filesystem::permissions(
        this->key(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    issued_.insert_or_assign(name, std::move(made));
  }
  /// The list of those revoked so far goes to revocations().
  void revoke(const std::vector<std::string>& names) {
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(), X509_CRL_free);
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority_.get()));
    const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time(ASN1_TIME_new(),
                                                                     ASN1_TIME_free);
    X509_CRL_set1_lastUpdate(list.get(), X509_gmtime_adj(time.get(), -60));
    X509_CRL_set1_nextUpdate(list.get(), X509_gmtime_adj(time.get(), 3600));
    for (const auto& name : names) {
      auto* entry = X509_REVOKED_new();
      X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(issued_.at(name).get()));
      X509_REVOKED_set_revocationDate(entry, X509_gmtime_adj(time.get(), -30));
      X509_CRL_add0_revoked(list.get(), entry);
    }
    X509_CRL_sort(list.get());
    EXPECT_NE(X509_CRL_sign(list.get(), key_.get(), EVP_sha256()), 0);
    const auto next = revocations().string() + ".next";
    std::FILE* const file = std::fopen(next.c_str(), "w");
    EXPECT_EQ(PEM_write_X509_CRL(file, list.get()), 1);
    std::fclose(file);
    std::filesystem::rename(next, revocations());
  }

  std::filesystem::path authority() const { return directory_ / (name_ + ".pem"); }
  std::filesystem::path certificate(const std::string& name) const {
    return directory_ / (name + ".pem");
  }
  std::filesystem::path key(const std::string& name) const { return directory_ / (name + ".key"); }
  std::filesystem::path revocations() const { return directory_ / (name_ + ".crl"); }

  TlsFiles files(const std::string& name) const {
    return {certificate(name), key(name), authority(), {}};
  }
  /// Of the server, with the list of those revoked.
  TlsFiles server_files() const {
    auto files = this->files("server");
    if (std::filesystem::exists(revocations())) files.revocations = revocations();
    return files;
  }

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

  static Key new_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

  Certificate make(const std::string& name, EVP_PKEY* key, Times times, const std::string& host) {
    Certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), times.from);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), times.until);
    auto* const subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(),
                         authority_ ? X509_get_subject_name(authority_.get()) : subject);
    X509_set_pubkey(made.get(), key);
    const auto extend = [&](int nid, const std::string& value) {
      auto* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
      X509_add_ext(made.get(), extension, -1);
      X509_EXTENSION_free(extension);
    };
    if (!authority_) extend(NID_basic_constraints, "critical,CA:TRUE");
    if (!host.empty()) extend(NID_subject_alt_name, host);
    EXPECT_NE(X509_sign(made.get(), key_.get(), EVP_sha256()), 0);
    return made;
  }

  static void write_certificate(const std::filesystem::path& path, X509* certificate) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    EXPECT_EQ(PEM_write_X509(file, certificate), 1);
    std::fclose(file);
  }

  const std::filesystem::path directory_;
  const std::string name_;
  Key key_{nullptr, EVP_PKEY_free};
  Certificate authority_{nullptr, X509_free};
  long serial_ = 0;
  std::map<std::string, Certificate> issued_;
};

}  // namespace kinledger::server
