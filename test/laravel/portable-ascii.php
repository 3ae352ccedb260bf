<?php

// What the application's framework makes of each line of the input: argv is the vendor folder.

use Illuminate\Support\Str;

require "$argv[1]/autoload.php";

echo json_encode(array_map(fn (string $name) => Str::slug($name), json_decode(stream_get_contents(STDIN))));
