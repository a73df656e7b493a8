#include "server/http_writer.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "server/http_date.h"

namespace kinledger::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto completes = asio::as_tuple(asio::use_awaitable);

template <class Body>
http::response<Body> message_of(const HttpResponse& response, const HttpWriter::Manner& manner) {
  http::response<Body> message(http::int_to_status(response.status), 11);
  message.result(response.status);
  message.set(http::field::date, http_date(std::chrono::system_clock::now()));
  message.set(http::field::content_type, response.content_type);
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& field : response.fields) message.insert(field.name, field.value);
  message.keep_alive(manner.keep_alive);
  return message;
}

}  // namespace

asio::awaitable<bool> HttpWriter::write(HttpResponse response, Manner manner) {
  auto message = message_of<http::string_body>(response, manner);
  // A 304 has the length of the answer that is there already, or none.
  if (response.status != 304) message.content_length(response.body.size());
  if (!manner.is_head) message.body() = std::move(response.body);
  constexpr std::size_t mebibyte = std::size_t{1} << 20;
  stream_.expires_after(deadline_ +
                        of_mebibyte_ * static_cast<std::int64_t>(message.body().size() / mebibyte));
  const auto [error, count] = co_await http::async_write(stream_, message, completes);
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
  auto message = message_of<http::empty_body>(response, manner);
  message.chunked(true);
  http::response_serializer<http::empty_body> serializer(message);
  stream_.expires_after(deadline_);
  const auto [error, count] = co_await http::async_write_header(stream_, serializer, completes);
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
