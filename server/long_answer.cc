#include "server/long_answer.h"

#include <boost/json/serialize.hpp>

#include "server/media_types.h"

namespace kinledger::server {

Or<std::unique_ptr<Turns::Turn>> take_turn(const Desk& desk) {
  auto turn = desk.long_answers->take();
  if (turn == nullptr)
    return not_now(ledger::Reason(
        "LONG_ANSWERS_BUSY", "正在为他人汇总全部记录，请稍后重试",
        "answers that go through all records are being made for others: try again later"));
  return turn;
}

HttpResponse found_answer(const HttpRequest& request, const std::string& tag, std::uint64_t found,
                          const std::function<boost::json::object()>& json,
                          const std::function<std::string(projections::Language)>& table) {
  HttpResponse response;
  response.fields = {{"Cache-Control", "no-store"},
                     {std::string(found_field), std::to_string(found)}};
  if (asks_for(request, text_type)) {
    response.content_type = utf8_text_type;
    response.body = table(language_of(request));
  } else {
    response.content_type = json_type;
    if (!tag.empty()) response.fields.push_back({"ETag", tag});
    response.body = boost::json::serialize(json()) + "\n";
  }
  return response;
}

}  // namespace kinledger::server
