// A ledger that is asked through its server (远程): --url in the place of LEDGER.
#pragma once

#include <boost/json/object.hpp>
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
  Told<std::string> get(std::string path, std::string_view accept);
  /// Whatever the server answers with one of these statuses is the caller's.
  Told<server::HttpReply> ask(std::string path, std::string_view accept,
                              const std::vector<unsigned>& statuses);
  /// An answer that is none to what was asked.
  Exit complain_of_answer();
  /// Tells what the server says of it.
  Exit tell(const server::HttpReply& reply);
  /// A body of lines of JSON, each an object.
  Told<std::vector<boost::json::object>> get_lines(std::string path);
  struct Sent {
    std::string path;
    std::string body;
    std::string content_type;
    std::vector<server::HttpField> fields = {};
    std::vector<unsigned> statuses = {200};
  };
  /// POSTs what may be recorded: whatever the server answers with one of the statuses is the
  /// caller's. Anything else is told; when no answer came, also `when_unknown`: that it is unknown
  /// whether it was recorded, and what to do.
  Told<server::HttpReply> post(Sent sent, const Label& when_unknown);
  /// POSTs what is looked at and not recorded.
  Told<server::HttpReply> show(Sent sent);
  /// What a search for something to see gives, as JSON or as a table: prints it and ends as it does
  /// on the ledger's directory.
  Exit print_found(std::string path, bool as_json);
  Exit print_found(Sent sent, bool as_json);
  /// The body of a 200 to a POST without one.
  Told<std::string> prove(std::string path);
  /// UNIT, unless it is an ID number, which must not get into an address.
  Told<std::string> unit(const std::string& argument);
  /// The pseudonym of PERSON, as it is written on the command line. A number goes into a body,
  /// never into an address.
  Told<std::string> person(const std::string& argument);

 private:
  Remote(server::HttpUrl url, std::shared_ptr<server::Tls> tls, Terminal& terminal)
      : url_(std::move(url)), tls_(std::move(tls)), terminal_(terminal) {}
  Told<std::string> call(server::HttpCall call);
  Told<server::HttpReply> reply_to(server::HttpCall call, const std::vector<unsigned>& statuses);
  server::HttpCall posting(Sent sent) const;
  Exit end_by_found(const Told<server::HttpReply>& reply);
  server::HttpCall prepared(server::HttpCall call) const;

  server::HttpUrl url_;
  std::shared_ptr<server::Tls> tls_;
  Terminal& terminal_;
};

/// For Remote::post() of what has a key: the same again is safe.
Label repeat_with_the_same_key();

/// "?a=b&c=d", percent-encoded; what is empty is left out.
std::string query_of(const std::vector<std::pair<std::string, std::string>>& arguments);

}  // namespace kinledger::tools
