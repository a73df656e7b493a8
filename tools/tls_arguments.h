// The files of TLS on the command line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/tls.h"
#include "tools/command.h"

namespace kinledger::tools {

struct TlsArguments {
  std::string certificate;
  std::string key;
  std::string authorities;
  std::string revocations;

  bool is_given() const {
    return !certificate.empty() || !key.empty() || !authorities.empty() || !revocations.empty();
  }
};

/// --tls, --tls-key, --client-ca, --crl
std::vector<Parameter> server_tls_parameters(TlsArguments& arguments);
/// --ca, --client-cert, --client-key
std::vector<Parameter> client_tls_parameters(TlsArguments& arguments);

/// Null when none of them was given. Tells which one is missing, or cannot be used.
Told<std::shared_ptr<server::Tls>> make_server_tls(const TlsArguments& arguments,
                                                   Terminal& terminal);
Told<std::shared_ptr<server::Tls>> make_client_tls(const TlsArguments& arguments,
                                                   Terminal& terminal);

}  // namespace kinledger::tools
