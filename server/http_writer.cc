#include "server/http_writer.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/status.hpp>
#include <utility>
#include <vector>

#include "server/http_date.h"

namespace kinledger::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

/// Precondition: is_field() holds for the content type and the fields. `framing` says how long the
/// body is.
std::string head_of(const HttpResponse& response, const HttpWriter::Manner& manner,
                    const HttpField& framing) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(http::obsolete_reason(http::int_to_status(response.status))).append("\r\n");
  add(head, "Date", http_date(std::chrono::system_clock::now()));
  add(head, "Content-Type", response.content_type);
  add(head, "X-Content-Type-Options", "nosniff");
  for (const auto& field : response.fields) add(head, field.name, field.value);
  if (!manner.keep_alive) add(head, "Connection", "close");
  if (!framing.name.empty()) add(head, framing.name, framing.value);
  return head.append("\r\n");
}

}  // namespace

asio::awaitable<bool> HttpWriter::write(HttpResponse response, Manner manner) {
  HttpField framing;
  // A 304 has the length of the answer that is there already, or none.
  if (response.status != 304) framing = {"Content-Length", std::to_string(response.body.size())};
  const auto head = head_of(response, manner, framing);
  if (manner.is_head) response.body.clear();
  constexpr std::size_t mebibyte = std::size_t{1} << 20;
  stream_.expires_after(deadline_ +
                        of_mebibyte_ * static_cast<std::int64_t>(response.body.size() / mebibyte));
  // Not an array: of one with two buffers Asio hands on the first one also when it is written and
  // empty, which Beast's TLS stream takes for the end (both of Boost 1.81).
  const std::vector<asio::const_buffer> both{asio::buffer(head), asio::buffer(response.body)};
  const auto [error, count] = co_await asio::async_write(stream_, both, completes);
  co_return !error;
}

asio::awaitable<bool> HttpWriter::write_continue() {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(deadline_);
  const auto [error, count] =
      co_await asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()), completes);
  co_return !error;
}

asio::awaitable<bool> HttpWriter::write_head(const HttpResponse& response, Manner manner) {
  const auto head = head_of(response, manner, {"Transfer-Encoding", "chunked"});
  stream_.expires_after(deadline_);
  const auto [error, count] = co_await asio::async_write(stream_, asio::buffer(head), completes);
  co_return !error;
}

asio::awaitable<bool> HttpWriter::write_chunk(std::string_view bytes) {
  const auto chunk = http::make_chunk(asio::buffer(bytes.data(), bytes.size()));
  stream_.expires_after(deadline_);
  const auto [error, count] = co_await asio::async_write(stream_, chunk, completes);
  co_return !error;
}

asio::awaitable<bool> HttpWriter::write_last_chunk() {
  const auto chunk = http::make_chunk_last();
  stream_.expires_after(deadline_);
  const auto [error, count] = co_await asio::async_write(stream_, chunk, completes);
  co_return !error;
}

}  // namespace kinledger::server
