// Requests and responses of HTTP as handlers see them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kinledger::server {

struct HttpField {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;             ///< GET also where the client asked with HEAD
  std::string target;             ///< begins with '/'; printable ASCII, still percent-encoded
  std::vector<HttpField> fields;  ///< in their order, names in lower case
  std::string body;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<HttpField> fields = {};  ///< besides those about length and connection
  std::string body = {};
};

/// Called on a thread of the listener's pool, several at a time. What it throws becomes a 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace kinledger::server
