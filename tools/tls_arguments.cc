#include "tools/tls_arguments.h"

#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

server::TlsFiles files_of(const TlsArguments& arguments) {
  return {arguments.certificate, arguments.key, arguments.authorities, arguments.revocations};
}

bool is_whole(const TlsArguments& arguments) {
  return !arguments.certificate.empty() && !arguments.key.empty() && !arguments.authorities.empty();
}

}  // namespace

std::vector<Parameter> server_tls_parameters(TlsArguments& arguments) {
  return {
      file_option("--tls", {"服务器证书链（PEM）", "the server's certificate with its chain, PEM"},
                  arguments.certificate),
      file_option(
          "--tls-key",
          {"证书的私钥（PEM，仅本人可读）", "its private key, PEM, readable by its owner alone"},
          arguments.key),
      file_option("--client-ca",
                  {"签发访问者证书的机构（PEM）", "who signs the certificates of visitors, PEM"},
                  arguments.authorities),
      file_option("--crl",
                  {"吊销列表（PEM），更换后 10 秒内生效",
                   "revoked certificates (CRL), PEM; a new one is in force within 10 seconds"},
                  arguments.revocations)};
}

std::vector<Parameter> client_tls_parameters(TlsArguments& arguments) {
  return {file_option("--ca",
                      {"https：签发服务器证书的机构（PEM）",
                       "https: who signed the server's certificate, PEM"},
                      arguments.authorities),
          file_option("--client-cert",
                      {"https：自己的证书（PEM）", "https: one's own certificate, PEM"},
                      arguments.certificate),
          file_option("--client-key",
                      {"https：自己的私钥（PEM，仅本人可读）",
                       "https: one's own private key, PEM, readable by its owner alone"},
                      arguments.key)};
}

Told<std::shared_ptr<server::Tls>> make_server_tls(const TlsArguments& arguments,
                                                   Terminal& terminal) {
  if (!arguments.is_given()) return std::shared_ptr<server::Tls>();
  if (!is_whole(arguments))
    return complain_of_usage(terminal,
                             {"--tls、--tls-key 和 --client-ca 须同时给出",
                              "--tls, --tls-key and --client-ca belong together: give all three"});
  auto tls = server::Tls::for_server(
      files_of(arguments), [&terminal](std::string_view words) { terminal.log_warning(words); });
  if (!tls) return complain(terminal, tls.error());
  return std::shared_ptr<server::Tls>(std::move(*tls));
}

Told<std::shared_ptr<server::Tls>> make_client_tls(const TlsArguments& arguments,
                                                   Terminal& terminal) {
  if (!arguments.is_given()) return std::shared_ptr<server::Tls>();
  if (!is_whole(arguments))
    return complain_of_usage(
        terminal, {"--ca、--client-cert 和 --client-key 须同时给出",
                   "--ca, --client-cert and --client-key belong together: give all three"});
  auto tls = server::Tls::for_client(files_of(arguments));
  if (!tls) return complain(terminal, tls.error());
  return std::shared_ptr<server::Tls>(std::move(*tls));
}

}  // namespace kinledger::tools
