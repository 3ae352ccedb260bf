<?php

use Illuminate\Http\Request;

define('LARAVEL_START', microtime(true));

$app = require __DIR__.'/../bootstrap/app.php';

$app->handleRequest(Request::capture());
