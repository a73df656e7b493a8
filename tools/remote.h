// A ledger that is asked through its server (远程): --url in the place of LEDGER.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/http_client.h"
#include "tools/command.h"
#include "tools/tls_arguments.h"

namespace kinledger::tools {

struct RemoteArguments {
  std::string url;
  TlsArguments tls;

  bool is_given() const { return !url.empty(); }
};

/// --url, --ca, --client-cert, --client-key. `parameters` begin with LEDGER, which is then left
/// out.
void add_remote_parameters(RemoteArguments& arguments, std::vector<Parameter>& parameters);

class Remote {
 public:
  static Told<Remote> of(const RemoteArguments& arguments, Terminal& terminal);

  /// The body of a 200. Anything else is told, with what the server says of it.
  Told<std::string> get(std::string path, const std::string& accept);
  /// The pseudonym of PERSON, as it is written on the command line. A number goes into a body,
  /// never into an address.
  Told<std::string> person(const std::string& argument);

 private:
  Remote(server::HttpUrl url, std::shared_ptr<server::Tls> tls, Terminal& terminal)
      : url_(std::move(url)), tls_(std::move(tls)), terminal_(terminal) {}
  Told<std::string> call(server::HttpCall call);

  server::HttpUrl url_;
  std::shared_ptr<server::Tls> tls_;
  Terminal& terminal_;
};

/// "?a=b&c=d", percent-encoded; what is empty is left out.
std::string query_of(const std::vector<std::pair<std::string, std::string>>& arguments);

}  // namespace kinledger::tools
