-- Requests for wrk. KIND, RUN and SUBJECTS are set above this text.
-- "new" and "check new" send a schema that nobody has sent before, "same" and
-- "check same" one that the subject has.

local count, thread_id = 0, 0
local threads = 0

function setup(thread)
  thread:set("thread_id", threads)
  threads = threads + 1
end

local function schema(label)
  return '{\\"type\\":\\"record\\",\\"name\\":\\"Placed\\",\\"namespace\\":\\"shop\\",'
    .. '\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"long\\"},'
    .. '{\\"name\\":\\"customer\\",\\"type\\":\\"string\\"},'
    .. '{\\"name\\":\\"note\\",\\"type\\":[\\"null\\",\\"string\\"],\\"default\\":null},'
    .. '{\\"name\\":\\"f_' .. label .. '\\",\\"type\\":\\"int\\",\\"default\\":0}]}'
end

local headers = { ["Content-Type"] = "application/vnd.schemaregistry.v1+json" }

function request()
  count = count + 1
  -- The threads go through different subjects in different orders.
  local subject = (count * 7919 + thread_id * 104729) % SUBJECTS
  local path = string.format("/subjects/stocked-%06d/versions", subject)
  if KIND:sub(1, 5) == "check" then path = "/compatibility" .. path end
  local label = RUN .. "_" .. thread_id .. "_" .. count
  if KIND == "same" then label = subject .. "_4" end
  if KIND == "check same" then
    label = "checked"
    path = string.format("/compatibility/subjects/stocked-%06d/versions", count % 8)
  end
  return wrk.format("POST", path, headers, '{"schema":"' .. schema(label) .. '"}')
end
